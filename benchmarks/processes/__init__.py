"""What the benchmarks start as separate processes: windows to measure, and servers and clients to compare with."""
