"""The error of the release tools."""


class ReleaseError(Exception):
    """The release cannot be built; the text says why in one line."""
