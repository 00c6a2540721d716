"""Builds the shipped program from the source. None of these modules is shipped."""
