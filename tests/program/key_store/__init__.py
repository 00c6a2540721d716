"""Tests of a key store that waits for the user, or does not answer."""
