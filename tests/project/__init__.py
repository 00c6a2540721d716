"""Tests of what belongs to the project: dev.py, documentation, policy templates, the built program."""
