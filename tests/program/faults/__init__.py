"""Tests of disks, folders and clocks that fail while the program runs."""
