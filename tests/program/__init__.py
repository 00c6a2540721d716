"""Tests of the running program with all its parts."""
