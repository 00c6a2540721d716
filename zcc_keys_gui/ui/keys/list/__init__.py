"""The list of API keys: its table, its search and filters, and its selection."""
