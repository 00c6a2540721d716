"""Tests of the sentences in the dialogs for backups and repair."""
