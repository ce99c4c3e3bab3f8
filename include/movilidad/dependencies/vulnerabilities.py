"""Known vulnerabilities of the fixed versions, as pip-audit reads them from OSV."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from movilidad.dependencies.accepted import Acceptance, weigh
from movilidad.dependencies.outcome import Outcome
from movilidad.dependencies.programs import last_line, run
from movilidad.model.errors import UnavailableError

OSV = "https://api.osv.dev/v1/query"
_SUBJECT = "Vulnerabilidades"
# a version of which everybody knows several: a service that names none answers without knowing
_KNOWN = {"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"}
_SECONDS = 15.0


def vulnerabilities(lock: Path, acceptances: Iterable[Acceptance], today: date, service: str = OSV) -> Outcome:
    """What is known of the versions of a lock; not checked if the service does not answer.

    Args:
        lock: requirements with hashes.
        acceptances: advisories (by any of their ids) that are accepted.
        service: address for queries to OSV or to something that answers like it.
    """
    if not answers(service):
        return _unchecked(service)
    asked = ("--vulnerability-service", "osv", "--osv-url", service, "--timeout", f"{_SECONDS:.0f}")
    options = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json")
    done = run("pip-audit", "--requirement", str(lock), *asked, *options)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        if not answers(service):
            return _unchecked(service)
        raise UnavailableError(f"pip-audit no terminó: {last_line(done.stderr)}") from None
    found = {
        f"{package['name']} {each['id']}": ((each["id"], *each["aliases"]), _told(package, each))
        for package in packages
        for each in package.get("vulns", ())
    }
    findings, notes = weigh(found, acceptances, today)
    return Outcome(_SUBJECT, f"{len(packages)} paquetes; {len(found)} avisos conocidos", findings, notes)


def answers(service: str) -> bool:
    """Whether the service is there and knows of vulnerabilities."""
    try:
        answer = httpx.post(service, json=_KNOWN, timeout=_SECONDS)
        return answer.is_success and bool(answer.json().get("vulns"))
    except (httpx.HTTPError, ValueError, AttributeError):
        return False


def _told(package: dict[str, Any], advisory: dict[str, Any]) -> str:
    repaired = ", ".join(advisory["fix_versions"])
    remedy = f"corregida en {repaired}" if repaired else "sin versión que la corrija"
    return f"{package['name']} {package['version']}: {advisory['id']}, {remedy}"


def _unchecked(service: str) -> Outcome:
    summary = f"SIN REVISAR: el servicio de avisos no contesta ({httpx.URL(service).host}); repítala con red"
    return Outcome(_SUBJECT, summary, checked=False)
