"""Reaching the platforms: contracts, connectors, pseudonyms, snapshots."""
