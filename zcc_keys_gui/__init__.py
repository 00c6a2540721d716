"""ZCC Keys: API keys for rehearsing Zscaler Client Connector automation, kept on this computer."""

__version__ = "0.1.0"
