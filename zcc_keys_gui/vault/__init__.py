"""The encrypted vault: its database, what unlocks it, its backups, and its recovery. No Qt."""
