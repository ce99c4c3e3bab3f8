"""Fuzzing of connectors, contracts and readers: ``make fuzz``; see docs/fiabilidad.md."""
