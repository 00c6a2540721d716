"""Every sentence that users read in the windows."""
