"""The main window, which assembles the pages."""
