"""Tests of what the dialogs say that create and unlock a vault."""
