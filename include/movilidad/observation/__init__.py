"""The installation watched from outside: its logs, its figures, its health."""
