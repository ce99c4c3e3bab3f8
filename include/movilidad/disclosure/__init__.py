"""Protecting people: which cells may not be shown, and the ledger of all that were."""
