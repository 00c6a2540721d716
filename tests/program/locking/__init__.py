"""Tests of locking the vault, and of what the user finds after unlocking it."""
