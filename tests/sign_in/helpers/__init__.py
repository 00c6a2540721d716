"""Processes in which the sign-in service and its clients run."""
