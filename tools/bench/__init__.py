"""Measurements: bounded in time, against this machine's own stack, compared as ratios in one run."""
