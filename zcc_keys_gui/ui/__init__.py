"""Windows, dialogs, models and the clipboard. Holds no rules; never imports the vault."""
