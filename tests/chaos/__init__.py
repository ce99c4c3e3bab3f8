"""Chaos: months in which anything dies, fills up, is cut or happens twice at random; see docs/fiabilidad.md."""
