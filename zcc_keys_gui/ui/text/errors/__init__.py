"""The texts about errors."""
