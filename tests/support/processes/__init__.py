"""What tests see and do to a process from outside of it."""
