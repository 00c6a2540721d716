"""The texts of the settings page and of its dialogs."""
