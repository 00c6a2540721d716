"""Functions that need one operating system, each with a quiet fallback on the others. Imports nothing of ours."""
