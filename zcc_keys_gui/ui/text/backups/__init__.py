"""What the dialogs say that back up, restore, check, and repair a vault."""
