"""Sends the figures by OTLP to a collector, at regular intervals.

Address, headers and interval come from OpenTelemetry's own variables (``OTEL_EXPORTER_OTLP_ENDPOINT``,
``OTEL_EXPORTER_OTLP_HEADERS``, ``OTEL_METRIC_EXPORT_INTERVAL``); without an address nothing is sent anywhere.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource

from movilidad.model.errors import UsageError
from movilidad.observation.figures import FIGURES, Figure
from movilidad.observation.readings import readings

_ADDRESSES = ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_NAME = "movilidad"


@contextmanager
def exported() -> Iterator[None]:
    """Send all figures again and again meanwhile, and once more on leaving.

    A collector that does not answer is asked again; the exporter's log says so.

    Raises:
        UsageError: no collector's address is configured.
    """
    if not any(os.environ.get(name) for name in _ADDRESSES):
        raise UsageError(
            "no se ha indicado a dónde enviar las cifras",
            remedy="defina OTEL_EXPORTER_OTLP_ENDPOINT, por ejemplo http://recolector:4318",
        )
    # made by hand: the variables of the SDK would add what they find of the machine and of whoever started us
    resource = Resource({SERVICE_NAME: os.environ.get("OTEL_SERVICE_NAME") or _NAME})
    provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource)
    meter = provider.get_meter(_NAME)
    for figure in FIGURES:
        meter.create_observable_gauge(figure.name, [_observer(figure)], figure.unit, figure.about)
    try:
        yield
    finally:
        provider.shutdown()


def _observer(figure: Figure) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        return [Observation(each.value, each.labels) for each in readings(figure)]

    return observe
