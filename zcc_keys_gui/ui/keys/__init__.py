"""The API keys page: its list, commands and dialogs."""
