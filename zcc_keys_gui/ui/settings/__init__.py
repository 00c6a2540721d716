"""The settings page: preferences, protection, and About."""
