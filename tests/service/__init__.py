"""The use cases, over a real vault."""
