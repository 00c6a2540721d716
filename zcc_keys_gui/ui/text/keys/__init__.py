"""The texts of the list of keys and of its dialogs."""
