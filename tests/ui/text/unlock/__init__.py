"""Tests of the sentences in the dialogs that create and unlock a vault."""
