"""What an API key is, and its rules. Standard library only."""
