"""Tests that kill programs, cut the power, damage files, and fill the disk."""
