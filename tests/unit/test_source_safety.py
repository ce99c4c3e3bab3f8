"""No file of the project holds a secret, and every exception to the security rules has a reason."""

import re
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import RegexBasedDetector

from movilidad.model import paths

ALARMS = yaml.safe_load((paths.PROJECT / "tests/data/falsas_alarmas.yml").read_text(encoding="utf-8"))
DATA = (".csv", ".geojson", ".lock", ".png", ".woff2")  # lists of others, whose origin ATTRIBUTIONS.md tells
OURS = ("include", "dags", "plugins", "deploy")
# the words "password = …" are the affair of ruff's S105 to S107; addresses of servers are no secret
LEFT_OUT = {"Secret Keyword", "Public IP (ipv4)"}
DETECTORS = [
    detector()
    for kind, detector in get_mapping_from_secret_type_to_class().items()
    if issubclass(detector, RegexBasedDetector) and kind not in LEFT_OUT
]


def tracked() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=paths.PROJECT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (paths.PROJECT / name).is_file()]


def alarms(folder: Path, names: Iterable[str]) -> set[tuple[str, str]]:
    """Each file with each kind of secret that it seems to hold; never the secret."""
    found = set()
    for name in names:
        text = (folder / name).read_text(encoding="utf-8", errors="ignore")
        found |= {(name, each.secret_type) for each in DETECTORS if any(each.analyze_string(text))}
    return found


@pytest.fixture(scope="module")
def found() -> set[tuple[str, str]]:
    return alarms(paths.PROJECT, (name for name in tracked() if not name.endswith(DATA)))


def test_no_file_holds_a_secret_and_every_false_alarm_is_still_one(found: set[tuple[str, str]]) -> None:
    assert len(DETECTORS) > 20
    assert found == {(each["archivo"], each["clase"]) for each in ALARMS}
    assert all(len(each["motivo"]) > 20 for each in ALARMS)


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    words = {
        "codigo.py": 'token = "' + "ghp_" + "Zq3" * 12 + '"\n',
        "clave.pem": "-----BEGIN " + "RSA PRIVATE KEY-----\n",
        "conexion.sh": "DIRECCION=postgresql://movilidad:" + "tR7kq9Lz@bodega/movilidad\n",
        "nube.yml": "clave: " + "AKIA" + "QWERTYUIOPASDFGH" + "\n",
    }
    for name, text in words.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert {name for name, _ in alarms(tmp_path, words)} == set(words)


def test_the_security_rules_are_on_and_every_exception_has_a_reason() -> None:
    ruff = tomllib.loads((paths.PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in ruff["select"]
    off = {rule for rule in ruff["ignore"] if re.fullmatch(r"S\d+", rule)}
    assert off == {"S608"}  # SQL names come from our own schema
    assert not [folder for folder in ruff["per-file-ignores"] if folder.startswith(OURS)]
    for folder in OURS:
        files = list((paths.PROJECT / folder).rglob("*.py"))
        assert files, folder
        for file in files:
            for line in file.read_text(encoding="utf-8").splitlines():
                if re.search(r"noqa: .*\bS\d{3}", line):
                    assert re.search(r"noqa: [A-Z0-9, ]+ (-|—|\()\s*\w.{3,}", line), f"{file.name}: {line.strip()}"
