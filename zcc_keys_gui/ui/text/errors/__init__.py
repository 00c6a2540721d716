"""What the program says about errors."""
