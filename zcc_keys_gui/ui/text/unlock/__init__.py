"""What the dialogs say that create and unlock a vault."""
