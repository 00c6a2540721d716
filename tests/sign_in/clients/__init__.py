"""Real clients call the sign-in service."""
