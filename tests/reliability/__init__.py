"""Helpers that kill processes and damage or fill disks, to test that a vault loses nothing."""
