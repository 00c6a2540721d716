"""Tests of `zcc_keys_gui/vault/sign_in`."""
