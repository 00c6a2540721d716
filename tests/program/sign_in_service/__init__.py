"""Tests of the sign-in service in the running program: switched on in the window, and called by scripts."""
