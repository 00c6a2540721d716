"""The texts of the dialogs that create and unlock a vault."""
