"""API keys, backups, policies and sign-ins, with their rules. Standard library only."""
