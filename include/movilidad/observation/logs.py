"""The log of the command line as JSON, a line each, with the names that Airflow's own JSON log has.

Lines have ``timestamp``, ``level``, ``logger`` and ``event``, and what was bound with structlog, as ``source`` and
``period``: a collector reads both logs alike.
"""

import json
import logging
import sys
from datetime import datetime
from functools import partial
from typing import TextIO

import structlog
from structlog.typing import EventDict

from movilidad.model.periods import TZ


def log_as_json(stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Have all loggers of this process write to ``stream``, by default standard error, as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                _timestamp,
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _kind_of_error,
                structlog.processors.JSONRenderer(partial(json.dumps, ensure_ascii=False)),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def _timestamp(logger: object, method: str, event: EventDict) -> EventDict:
    return {"timestamp": datetime.now(TZ).isoformat(), **event}


def _kind_of_error(logger: object, method: str, event: EventDict) -> EventDict:
    """The class of an error in place of its trace: the texts of drivers and parsers repeat values."""
    error = event.pop("exc_info", None)
    return {**event, "error": error[0].__name__} if error and error[0] else event
