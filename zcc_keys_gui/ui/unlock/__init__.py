"""Dialogs that create and unlock a vault, and the recovery key."""
