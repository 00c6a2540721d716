"""The texts of the dialogs for backing up, restoring, checking and repairing a vault."""
