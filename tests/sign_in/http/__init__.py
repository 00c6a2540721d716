"""Tests of the HTTP layer of the sign-in service."""
