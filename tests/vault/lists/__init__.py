"""Tests of `zcc_keys_gui/vault/lists`."""
