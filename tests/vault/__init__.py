"""The vault, on a real SQLCipher database."""
