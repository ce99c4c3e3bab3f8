"""Judging snapshots: cleaning by contract, expectation suites, quarantine, admission to the core."""
