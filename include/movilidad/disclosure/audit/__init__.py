"""The attacker's audit: what a reader of everything ever published can find out about what was hidden.

It reads what is printed and shares no code with the protection, so that a mistake there is not repeated here.

- ``seen``: what it is given; ``findings``: what it says.
- ``gate.audit``: proves that a whole body of releases is safe, or says where it is not.
- ``exact.intervals``: the exact interval of every hidden cell, for small tables.
- ``command``: both for tables in CSV files.

From cells to equations: ``reading``, ``axes``, ``layers``, ``crossing``, ``unknowns``, ``equations``.
From equations to proofs: ``reduction``, ``solver``, ``witnesses``, ``contributors``, ``latent``, ``derived``,
``plain``.
"""

from movilidad.disclosure.audit.exact import intervals
from movilidad.disclosure.audit.findings import Finding
from movilidad.disclosure.audit.gate import audit
from movilidad.disclosure.audit.seen import Cell, Interval, Layer, Limits, Seen, Structure

__all__ = ["Cell", "Finding", "Interval", "Layer", "Limits", "Seen", "Structure", "audit", "intervals"]
