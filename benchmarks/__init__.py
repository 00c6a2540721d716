"""How fast the program is, as ratios: each pair is measured side by side in one run. `python dev.py bench`."""
