"""What only one operating system can do, each with a quiet fallback elsewhere."""
