"""Benchmarks: each compares the program with something else, and both are measured in turn in the same run.

Run them with `python dev.py bench`. Each module with a function `measure` is one benchmark.
"""
