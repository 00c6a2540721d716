"""Plans for restores of several vaults, and random ones."""
