"""Tests of the sentences of the key list and its dialogs."""
