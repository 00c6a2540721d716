"""Hostile calls to the sign-in service, secrets in its log, and stopped access tokens."""
