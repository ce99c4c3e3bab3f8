"""A real browser."""

from browser_support import browser

__all__ = ["browser"]
