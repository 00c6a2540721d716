"""Tests of the sign-in service in the whole program: switched on in the window, and called by scripts."""
