"""Tests of `zcc_keys_gui/vault/files`."""
