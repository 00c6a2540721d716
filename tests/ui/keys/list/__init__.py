"""Tests of `zcc_keys_gui/ui/keys/list`."""
