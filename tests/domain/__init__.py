"""Tests of `zcc_keys_gui/domain`."""
