"""What the list of keys and its dialogs say."""
