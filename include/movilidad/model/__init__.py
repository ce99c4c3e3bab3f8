"""What every other room speaks of: periods, code lists, identifiers, errors, settings, paths."""
