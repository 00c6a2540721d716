"""ZCC Keys: API keys for rehearsing Zscaler Client Connector automation, kept on this computer."""

__version__ = "0.1.0"
__copyright__ = "Copyright (c) 2026 The ZCC Keys authors"
