"""What makes the things that are shipped."""
