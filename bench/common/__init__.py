"""What every benchmark shares: result files, bars that are recomputed from rows, a small process pool."""
