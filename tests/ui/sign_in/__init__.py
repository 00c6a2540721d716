"""Tests of `zcc_keys_gui/ui/sign_in`."""
