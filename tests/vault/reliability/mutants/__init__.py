"""Vaults and backups of which a file was changed."""
