"""Tests of `zcc_keys_gui/service`, with a real vault."""
