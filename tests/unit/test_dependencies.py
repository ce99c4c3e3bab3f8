"""What others wrote: fixed to the byte, audited for what is known of it, its licence and its age."""

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from movilidad.dependencies.accepted import Acceptance, accepted
from movilidad.dependencies.age import LIMIT, age, dates
from movilidad.dependencies.inventory import faults, inventory
from movilidad.dependencies.licences import licences
from movilidad.dependencies.lock import LOCK, pins
from movilidad.dependencies.vulnerabilities import vulnerabilities
from movilidad.model import paths
from movilidad.model.errors import UsageError

TODAY = date(2026, 11, 29)
REASON = "El producto no usa esa parte del paquete."
ADVISORY = {
    "id": "GHSA-xxxx-yyyy-zzzz",
    "aliases": ["CVE-2026-0001"],
    "summary": "Something bad",
    "affected": [
        {
            "package": {"name": "six", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.18.0"}]}],
        }
    ],
}


@contextmanager
def advisory_service(known: dict[str, object]) -> Iterator[str]:
    """A server that answers queries as OSV does; gives its address.

    Args:
        known: by package, the answer.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(known.get(query["package"]["name"], {})).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock_of_six(tmp_path: Path) -> Path:
    """The part of the lock that fixes one package."""
    found = re.search(r"^six==.*(?:\n .*)+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    file = tmp_path / "requirements.lock"
    file.write_text(found[0] + "\n", encoding="utf-8")
    return file


def acceptance(*which: str, until: date = TODAY + timedelta(days=365)) -> Acceptance:
    return Acceptance(cuales=which, motivo=REASON, hasta=until)


def test_everything_is_fixed_with_hashes_and_comes_from_no_named_place() -> None:
    text = LOCK.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(entries) > 300
    for entry in entries:
        assert re.fullmatch(r"[a-z0-9._-]+==[^\s;]+( ; [^\\\n]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+", entry), (
            entry.splitlines()[0]
        )
    assert not re.search(r"\w+://|^ *-(?!-hash)|@", text, re.MULTILINE)


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((paths.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [Requirement(each) for each in project["dependencies"]]
    asked += [Requirement(each) for extra in project["optional-dependencies"].values() for each in extra]
    fixed: dict[str, list[str]] = {}
    for name, version in pins():
        fixed.setdefault(name, []).append(version)
    for requirement in asked:
        versions = fixed[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version, prereleases=True) for version in versions), requirement


def test_the_image_and_the_environment_install_nothing_without_its_hash() -> None:
    for file in ("Dockerfile", "include/preparar.sh"):
        text = (paths.PROJECT / file).read_text(encoding="utf-8").replace("\\\n", " ")
        installs = re.findall(r"pip install (.*?)(?:&&|$|;)", text, re.MULTILINE)
        assert installs
        for options in installs:  # or the project itself, with nothing that it would bring along
            assert "--require-hashes" in options or "--no-deps" in options, options


def test_no_package_is_old_without_a_reason() -> None:
    outcome = age(pins(), dates(), accepted().antiguas, TODAY)
    assert outcome.findings == ()
    assert [note for note in outcome.notes if "ya no hace falta" in note] == []
    assert len(age(pins(), dates(), (), TODAY).findings) == sum(len(each.cuales) for each in accepted().antiguas)


@pytest.mark.parametrize(
    ("days", "until", "findings", "notes"),
    [
        (LIMIT.days, None, 0, 0),
        (LIMIT.days + 1, None, 1, 0),
        (LIMIT.days + 1, TODAY + timedelta(days=61), 0, 0),
        (LIMIT.days + 1, TODAY, 0, 1),  # ends today: said, not yet failed
        (LIMIT.days + 1, TODAY - timedelta(days=1), 1, 0),
        (10, TODAY + timedelta(days=61), 0, 1),  # needed no more
    ],
)
def test_an_old_package_is_a_finding_until_it_is_accepted_and_again_afterwards(
    days: int, until: date | None, findings: int, notes: int
) -> None:
    taken = [acceptance("viejo", until=until)] if until else []
    outcome = age([("viejo", "1.0")], {("viejo", "1.0"): TODAY - timedelta(days=days)}, taken, TODAY)
    assert (len(outcome.findings), len(outcome.notes)) == (findings, notes)


def test_a_version_whose_date_is_not_noted_stops_the_audit() -> None:
    with pytest.raises(UsageError, match=r"versión fijada de nuevo.*make lock"):
        age([("nuevo", "2.0")], {("nuevo", "1.0"): TODAY}, (), TODAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("antiguas:\n  - {cuales: [a], motivo: porque sí, hasta: 2027-01-01}\n", "motivo"),
        ("antiguas:\n  - {cuales: [a], motivo: Una razón bastante larga.}\n", "hasta"),
        ("antiguas: [\n", "YAML"),
    ],
)
def test_an_acceptance_needs_a_reason_and_an_end(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "aceptadas.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        accepted(file)


def test_a_known_vulnerability_is_a_finding_until_it_is_accepted(lock_of_six: Path) -> None:
    known = {"six": {"vulns": [ADVISORY]}, "jinja2": {"vulns": [ADVISORY]}}
    with advisory_service(known) as service:
        found = vulnerabilities(lock_of_six, (), TODAY, service)
        taken = vulnerabilities(lock_of_six, (acceptance("GHSA-xxxx-yyyy-zzzz"),), TODAY, service)
    assert [text.split(": ")[1] for text in found.findings] == ["CVE-2026-0001, corregida en 1.18.0"]
    assert found.checked
    assert taken.findings == taken.notes == ()
    assert taken.summary == "1 paquetes; 1 avisos conocidos"


def test_nothing_known_is_said_only_by_a_service_that_knows(lock_of_six: Path) -> None:
    with advisory_service({"jinja2": {"vulns": [ADVISORY]}}) as service:
        outcome = vulnerabilities(lock_of_six, (), TODAY, service)
    assert outcome.checked
    assert outcome.summary == "1 paquetes; 0 avisos conocidos"
    with advisory_service({}) as ignorant:
        unchecked = vulnerabilities(lock_of_six, (), TODAY, ignorant)
    silent = vulnerabilities(lock_of_six, (), TODAY, service)  # which has ended
    assert not unchecked.checked
    assert not silent.checked
    assert "SIN REVISAR" in silent.summary


def test_a_licence_that_is_not_allowed_is_a_finding() -> None:
    outcome = licences("--packages", "pytauargus", "--ignore-packages", "ninguno")
    assert len(outcome.findings) == 1
    assert "EUPL-1.2" in outcome.findings[0]
    assert licences("--packages", "pytauargus").findings == ()


def test_the_inventory_holds_what_is_installed_and_is_valid(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    assert inventory(file).findings == ()
    listed = json.loads(file.read_text(encoding="utf-8"))
    fixed = set(pins())
    named = {(canonicalize_name(each["name"]), each["version"]) for each in listed["components"]}
    assert len(named & fixed) > 300
    assert {name for name, _ in named - fixed} <= {"pip", "setuptools", "wheel"}
    assert str(paths.PROJECT) not in file.read_text(encoding="utf-8")
    assert faults(json.dumps({**listed, "inventado": 1})) != []
