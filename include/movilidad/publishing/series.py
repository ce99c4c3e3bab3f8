"""All months of a series in one place: the newest revision of each, table by table and all tables together.

``series/mensual/datos/<cuadro>.csv``, ``series/mensual/datos.csv`` and ``datos.parquet``, with a data package and
checksums. They are made of the public files alone. The CSVs are joined as bytes, without reading their rows; so a
new month costs the reading and writing of the files, whatever happened before, and always gives the same bytes as
a series made from nothing.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from movilidad.model.atomic import PUBLIC, write_file
from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.manifest import SUMS
from movilidad.publishing.metadata import as_json
from movilidad.publishing.places import revision_folders
from movilidad.publishing.publisher import publisher
from movilidad.publishing.tables_read import WHOLE

FOLDER = "series"
_PARQUET = "datos.parquet"
_EXPLAIN = ("cambios", "codigos", "diccionario")  # files about one release, not about a month


def write_series(publications: Path, series: str) -> Path:
    """Bring ``series/<series>/`` of the publication folder up to what is public; give that folder.

    Files that stay equal are not touched. One writer at a time, which the caller sees to.
    """
    target = publications / FOLDER / series
    releases = newest_releases(publications, series)
    files = _files(releases, f"{publisher(get_settings()).direccion}/{FOLDER}/{series}/") if releases else {}
    sums = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    files[SUMS] = "".join(sums).encode("ascii")
    for path, content in files.items():
        if not (target / path).is_file() or (target / path).read_bytes() != content:
            write_file(target / path, content, PUBLIC)
    for file in [file for file in target.rglob("*") if file.is_file()]:
        if file.relative_to(target).as_posix() not in files:
            file.unlink()
    return target


def newest_releases(publications: Path, series: str) -> list[Path]:
    """The folder of the newest public revision of each period, oldest period first."""
    found = []
    for period in sorted((publications / series).glob("[0-9]*")):
        found += [path for path in revision_folders(period) if (path / "datapackage.json").is_file()][:1]
    return found


def joined(contents: Sequence[bytes]) -> bytes:
    """One CSV of several, oldest first: the columns of the newest, then those that only older ones have.

    Files with these very columns are taken as they are; others are written again, with empty cells.
    """
    heads = [content.partition(b"\n")[0] for content in contents]
    distinct = dict.fromkeys([heads[-1], *heads])
    columns = list(dict.fromkeys(name for head in distinct for name in _names(head)))
    same = {head for head in distinct if _names(head) == columns}
    bodies = [
        _body(content) if head in same else _fitted(content, columns)
        for head, content in zip(heads, contents, strict=True)
    ]
    return b"".join([to_csv(columns, []), *bodies])


def _files(releases: list[Path], address: str) -> dict[str, bytes]:
    files = {path: joined([file.read_bytes() for file in found]) for path, found in _tables(releases).items()}
    package = as_json(_package(releases, files, address))
    whole = [release / _PARQUET for release in releases if (release / _PARQUET).is_file()]
    return {**files, **({_PARQUET: _parquet(whole)} if whole else {}), "datapackage.json": package}


def _tables(releases: list[Path]) -> dict[str, list[Path]]:
    """The files of each table, by the path that they share, in order of the periods."""
    found: dict[str, list[Path]] = {}
    for release in releases:
        files = [file for file in sorted((release / "datos").glob("*.csv")) if file.stem not in _EXPLAIN]
        for file in [*files, *release.glob(WHOLE)]:
            found.setdefault(file.relative_to(release).as_posix(), []).append(file)
    return dict(sorted(found.items()))


def _header(content: bytes) -> list[str]:
    return _names(content.partition(b"\n")[0])


def _names(head: bytes) -> list[str]:
    return head.decode("utf-8").split(",")


def _body(content: bytes) -> bytes:
    return content.partition(b"\n")[2]


def _fitted(content: bytes, columns: list[str]) -> bytes:
    records = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return _body(to_csv(columns, [[record.get(name) or "" for name in columns] for record in records]))


def _parquet(files: list[Path]) -> bytes:
    import pyarrow as pa
    from pyarrow.dataset import dataset
    from pyarrow.parquet import read_schema, write_table

    # the newest says in what order the columns stand and what they mean
    schema = pa.unify_schemas([read_schema(file) for file in reversed(files)])
    months = dataset([str(file) for file in files], schema, "parquet").to_table()
    buffer = io.BytesIO()
    write_table(months.replace_schema_metadata({"title": _title(files[-1].parent)}), buffer, compression="zstd")
    return buffer.getvalue()


def _package(releases: list[Path], files: dict[str, bytes], address: str) -> dict[str, Any]:
    """The newest release's package, with the series' own files."""
    packages = [json.loads((releases[-1] / "datapackage.json").read_text(encoding="utf-8"))]
    resources = list(_resources(packages, releases, files))
    about = {name: content for name, content in packages[0].items() if name not in ("resources", "version")}
    return {
        **about,
        "name": address.rstrip("/").rpartition(f"{FOLDER}/")[2],
        "id": address,
        "homepage": address,
        "title": _title(releases[-1]),
        "resources": resources,
    }


def _title(release: Path) -> str:
    """The title of the series that a release's folder is in."""
    return SERIES[release.parents[1].name].titulo


def _resources(
    packages: list[dict[str, Any]], releases: list[Path], files: dict[str, bytes]
) -> Iterator[dict[str, Any]]:
    for path, content in files.items():
        found = _described(path, _header(content), packages, releases)
        fields = {field["name"]: field for each in reversed(found) for field in each["schema"]["fields"]}
        key = found[0]["schema"].get("primaryKey")
        yield {
            **found[0],
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "schema": {
                "fields": [_free(fields[name]) for name in _header(content)],
                "missingValues": [""],
                **({"primaryKey": key} if key else {}),
            },
        }


def _described(
    path: str, columns: list[str], packages: list[dict[str, Any]], releases: list[Path]
) -> list[dict[str, Any]]:
    """What packages say of a file, newest first; older ones are read until all columns are described."""
    found: list[dict[str, Any]] = []
    for place, release in enumerate(reversed(releases)):
        if place == len(packages):
            packages.append(json.loads((release / "datapackage.json").read_text(encoding="utf-8")))
        found += [each for each in packages[place]["resources"] if each["path"] == path]
        if {field["name"] for each in found for field in each["schema"]["fields"]} >= set(columns):
            break
    return found


def _free(field: dict[str, Any]) -> dict[str, Any]:
    """A field without constraints: the codes were those of one month, and older months may lack the column."""
    return {name: content for name, content in field.items() if name != "constraints"}
