"""Tests of starting the program."""
