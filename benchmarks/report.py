"""Time of the monthly report: a month with something in every section, some 25 pages with some 20 charts.

    python benchmarks/report.py

Prints seconds of the processor for the model, the page and the PDF in each language, and how much of all that the
PDF takes. On a machine that does other work besides, read the processor's seconds and the ratios, not the clock.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from report_samples import facts, whole_month

from movilidad.reports.language import LANGUAGES
from movilidad.reports.model import build
from movilidad.reports.page import render_html
from movilidad.reports.pdf import render_pdf

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the processor's seconds that it took."""
    begin = time.process_time()
    return work(), time.process_time() - begin


def main() -> None:
    """Measure and print."""
    tables, context = whole_month()
    render_pdf(build(tables, facts(), context))  # libraries and fonts are read once
    for code in LANGUAGES:
        report, model = timed(partial(build, tables, facts(), context, code))
        _, page = timed(partial(render_html, report))
        content, pdf = timed(partial(render_pdf, report))
        charts = sum(len(section.graficos) for section in report.secciones)
        pages = len(PdfReader(BytesIO(content)).pages)
        print(
            f"{code}: {pages} pages, {charts} charts; model {model:.1f} s, page {page:.1f} s, PDF {pdf:.1f} s "
            f"({pdf / (model + page + pdf):.0%} of {model + page + pdf:.1f} s)"
        )


if __name__ == "__main__":
    main()
