"""Checks a vault for damage, salvages what is readable, and quarantines damaged files."""
