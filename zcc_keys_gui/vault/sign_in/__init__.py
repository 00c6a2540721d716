"""What the sign-in service reads from the vault, and the sign-in log."""
