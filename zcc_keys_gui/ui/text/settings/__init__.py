"""What the settings page and its dialogs say."""
