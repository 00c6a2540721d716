"""Reads encrypted database files page by page, without SQLite, so that damage costs only what is on damaged pages."""
