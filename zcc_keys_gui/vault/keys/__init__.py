"""What encrypts the vault and what unlocks it: the cipher, key wrapping, and protectors."""
