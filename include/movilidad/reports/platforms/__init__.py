"""The monthly evaluation of a platform as a report."""
