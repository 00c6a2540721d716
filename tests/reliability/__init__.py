"""Helpers that kill, damage and starve a vault, and count what was lost."""
