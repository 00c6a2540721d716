"""Tests of the windows: real widgets, driven by keys and clicks, on a real vault."""
