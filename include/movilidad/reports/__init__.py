"""What readers see: the report model, charts, PDF and HTML."""
