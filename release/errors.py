"""What goes wrong on the way to what is shipped."""


class ReleaseError(Exception):
    """Why something cannot be shipped, in one line."""
