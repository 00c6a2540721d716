"""The sign-in service as the windows use it: its process, and the log that its rows are written to."""
