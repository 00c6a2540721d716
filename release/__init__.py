"""Turns the source into what is shipped; nothing of it is shipped itself."""
