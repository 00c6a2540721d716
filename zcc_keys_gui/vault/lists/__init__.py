"""The lists of API keys and of the history, answered a page at a time."""
