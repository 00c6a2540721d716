"""What the benchmarks start as processes of their own: windows to measure, and servers and clients to compare with."""
