"""Tests of what the dialogs for backups and repair say."""
