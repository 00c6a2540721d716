"""The use cases: what the user does with API keys, backups and the vault's protection. No Qt, no SQL."""
