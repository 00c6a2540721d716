"""What turns the source into what is shipped."""
