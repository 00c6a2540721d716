"""The sign-in log, and the reader of API keys for the sign-in service."""
