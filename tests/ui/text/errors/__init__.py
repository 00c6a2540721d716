"""Tests of `zcc_keys_gui/ui/text/errors`."""
