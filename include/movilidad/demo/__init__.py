"""Simulated platforms, for demonstration and tests: their records are invented and say so."""
