"""The four-month accountability report."""
