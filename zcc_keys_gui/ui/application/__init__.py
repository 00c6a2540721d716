"""What the whole program shares: single instance, idle lock, clipboard, settings, garbage collection, and the log."""
