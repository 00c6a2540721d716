"""What only Windows can do."""
