"""Dialogs that back up, restore, check, and repair a vault."""
