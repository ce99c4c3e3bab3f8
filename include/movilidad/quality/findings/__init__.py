"""What the quality control found and somebody has to know: of sources, of the core, of the finished tables.

Kept apart from the gate's own modules: what stands here judges no row, so a change of it makes no verdict anew.
"""

from movilidad.quality.findings.finding import CORE, EVALUATION, TABLES, Finding, OpenFinding
from movilidad.quality.findings.warnings import open_warnings

__all__ = ["CORE", "EVALUATION", "TABLES", "Finding", "OpenFinding", "open_warnings"]
