"""Helpers that work on a process from outside: its windows, its memory, its session."""
