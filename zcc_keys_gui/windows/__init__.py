"""What only Windows can do, each with a quiet fallback elsewhere."""
