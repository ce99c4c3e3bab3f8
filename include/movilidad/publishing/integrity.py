"""Whether a release's files are those that were published: none changed, none missing, none added."""

import json
import re
from pathlib import Path

from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.manifest import NAME, SUMS, files_of, sha256_of

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def integrity(folder: Path) -> list[Finding]:
    """Compare the files with ``SHA256SUMS``, the manifest and the data package, which must agree."""
    expected, unreadable = _expected(folder)
    present = set(files_of(folder))
    changed = sorted(name for name in present & set(expected) if _sha(folder / name) not in expected[name])
    missing = sorted(set(expected) - present)
    added = sorted(present - set(expected) - {SUMS})
    return [
        _finding("sumas", [*unreadable, *changed], "archivos alterados o ilegibles", "Ningún archivo cambió."),
        _finding("archivos_faltantes", missing, "faltan archivos", "No falta ningún archivo."),
        _finding(
            "archivos_ajenos", added, "hay archivos que no son de la publicación", "No sobra ningún archivo."
        ),
    ]


def _expected(folder: Path) -> tuple[dict[str, set[str]], list[str]]:
    """Hash by path as all three lists have it (one hash, or they contradict each other), and unreadable lists."""
    expected: dict[str, set[str]] = {}
    unreadable = []
    for name, read in ((SUMS, _sums), (NAME, _manifest), ("datapackage.json", _package)):
        try:
            for path, digest in read((folder / name).read_text(encoding="utf-8")):
                expected.setdefault(path, set()).add(digest)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            unreadable.append(name)
    contradictory = sorted(path for path, digests in expected.items() if len(digests) > 1)
    return expected, [*unreadable, *contradictory]


def _sums(text: str) -> list[tuple[str, str]]:
    *lines, rest = text.split("\n")
    matches = [match for line in lines if (match := _LINE.fullmatch(line))]
    if rest or not lines or len(matches) != len(lines):
        raise ValueError("not the form of SHA256SUMS")
    return [(match[2], match[1]) for match in matches]


def _manifest(text: str) -> list[tuple[str, str]]:
    return [(entry["ruta"], entry["sha256"]) for entry in json.loads(text)["archivos"]]


def _package(text: str) -> list[tuple[str, str]]:
    return [(entry["path"], entry["hash"].removeprefix("sha256:")) for entry in json.loads(text)["resources"]]


def _sha(file: Path) -> str:
    # a link could point anywhere; nothing behind it belongs to the release
    return "" if file.is_symlink() else sha256_of(file)


def _finding(name: str, files: list[str], problem: str, fine: str) -> Finding:
    files = sorted(set(files))
    if not files:
        return Finding(name, True, fine)
    return Finding(name, False, f"{len(files):,} {problem}: {listed(files)}.".capitalize())
