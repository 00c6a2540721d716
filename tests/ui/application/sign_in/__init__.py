"""Tests of `zcc_keys_gui/ui/application/sign_in`."""
