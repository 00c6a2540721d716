"""Disks after a power cut while a vault was changed."""
