"""The sign-in service page: the switch, the log, and simulated failures."""
