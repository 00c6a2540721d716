"""Checks of the vault, salvage of what is readable, and the quarantine for damaged files."""
