"""Benchmarks: ratios, each pair measured side by side in one run."""
