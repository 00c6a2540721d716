"""Backups that the user makes, automatic backups, and restoring."""
