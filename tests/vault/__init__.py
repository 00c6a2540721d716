"""Tests of `zcc_keys_gui/vault`, with a real SQLCipher database."""
