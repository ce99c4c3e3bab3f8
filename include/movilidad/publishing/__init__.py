"""Releases: drafts, revisions, open data, publication, verification."""
