"""Tests that kill, damage and starve a vault."""
