"""The keys of the vault: the cipher, the protectors that unlock it, and re-encryption."""
