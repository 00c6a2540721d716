"""Tests of the tools that build, sign and package the program."""
