"""A CKAN catalogue: one package per revision, with its files, their schemas and the datastore.

A package is private until everything is in it, so nobody sees a part. Its data never change afterwards; only its
description says later that it was superseded or withdrawn. Action API as documented for CKAN 2.10 and later.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from ckanapi import RemoteCKAN
from ckanapi.errors import CKANAPIError, NotAuthorized, NotFound, ServerIncompatibleError, ValidationError

from movilidad.model.errors import DataError
from movilidad.publishing.metadata import KEYWORDS
from movilidad.publishing.publisher import NAME as PUBLISHER
from movilidad.publishing.revision_list import CURRENT, GONE
from movilidad.publishing.targets import trouble
from movilidad.publishing.targets.ckan_line import CkanLine, ElsewhereError
from movilidad.publishing.targets.ckan_package import (
    about,
    as_extras,
    described_files,
    extras_of,
    licence_id,
    package_name,
    package_notes,
    package_title,
    rows_of,
    withdrawn_notes,
)
from movilidad.publishing.targets.configuration import Target
from movilidad.publishing.targets.shipment import Shipment
from movilidad.sources.connection import Connection
from movilidad.sources.exchange import fits_into_a_header

_ROWS = 5_000  # rows per call
_TYPES = {"integer": "numeric", "number": "numeric", "date": "date"}


class Ckan:
    """One catalogue."""

    def __init__(self, target: Target, connection: Connection) -> None:
        token = connection.password.get_secret_value() if connection.password else ""
        if not fits_into_a_header(token):
            raise trouble.misused(target, "el token de acceso tiene caracteres que no van en HTTP")
        self._target = target
        self._line = CkanLine(target, connection)
        self._remote = RemoteCKAN(str(self._line.base), apikey=token, user_agent="movilidad", session=self._line)

    @classmethod
    @contextmanager
    def open(cls, target: Target, connection: Connection) -> Iterator[Self]:
        """Use it, and close its connections."""
        catalogue = cls(target, connection)
        try:
            yield catalogue
        finally:
            catalogue._line.close()

    def bring(self, shipment: Shipment) -> None:
        """Let the package of a release be there and be public, and those of its period say how they stand."""
        if not shipment.withdrawal:
            self._package(shipment)
        for revision in shipment.revisions["revisiones"]:
            self._state(shipment, revision)

    def surround(self, *, whole: bool) -> None:
        """Nothing stands beside the packages."""

    def check(self) -> None:
        """Prove that the token may create packages of the organisation."""
        found = self._call("organization_list_for_user", permission="create_dataset")
        if self._target.organizacion not in {each.get("name") for each in found}:
            raise trouble.refused(self._target)

    def differences(self, shipment: Shipment) -> list[str]:
        """Files of the package that anybody who asks for them does not get as they were delivered."""
        there = self._find(shipment.publicacion_id) or {"private": True}
        found = {each["name"]: each for each in there.get("resources", [])}
        if shipment.withdrawal:
            return sorted(found)
        if there["private"]:
            return [package_name(shipment.publicacion_id)]
        names = {each["name"] for each in described_files(shipment)}
        missing_or_added = names ^ set(found)
        changed = [self._difference(found[name], shipment.folder / name) for name in names & set(found)]
        return sorted([*missing_or_added, *filter(None, changed)])

    def _package(self, shipment: Shipment) -> None:
        there = self._find(shipment.publicacion_id)
        if there is None:
            there = self._call("package_create", **self._described(shipment), private=True)
        elif extras_of(there).get("huella") != shipment.sums:
            raise trouble.occupied(self._target, shipment.publicacion_id)
        if there["private"]:
            self._resources(shipment, there)
            self._call("package_patch", id=there["id"], private=False)

    def _described(self, shipment: Shipment) -> dict[str, Any]:
        candidate = shipment.candidate
        return {
            "name": package_name(shipment.publicacion_id),
            "title": package_title(candidate),
            "notes": package_notes(candidate),
            "owner_org": self._target.organizacion,
            "license_id": licence_id(candidate),
            "version": f"r{candidate.revision}",
            "url": f"{candidate.editor.direccion}/{candidate.publicacion_id}/informe.html",
            "author": PUBLISHER,
            "maintainer": PUBLISHER,
            "maintainer_email": candidate.editor.correo,
            "tags": [{"name": word} for word in KEYWORDS],
            "extras": as_extras({**about(candidate, shipment.sums), "estado": CURRENT}),
        }

    def _resources(self, shipment: Shipment, package: dict[str, Any]) -> None:
        """Every file that is not there whole; what an interrupted delivery left is made again."""
        there = {each["name"]: each for each in package.get("resources", [])}
        hashes = {each["ruta"]: each["sha256"] for each in shipment.manifest["archivos"]}
        for described in described_files(shipment):
            name, digest = described["name"], hashes.get(described["name"], "")
            table = described.pop("_table", None)
            rows = rows_of(shipment, table) if table else []
            found = there.get(name)
            if found and self._is_whole(found, digest, len(rows) if table else None):
                continue
            if found:
                self._call("resource_delete", id=found["id"])
            content = (shipment.folder / name).read_bytes()
            made = self._call(
                "resource_create",
                _file=(name.rpartition("/")[2], content, described["mimetype"]),
                package_id=package["id"],
                hash=digest,
                size=len(content),
                **described,
            )
            if table:
                self._datastore(made["id"], table, rows)

    def _is_whole(self, resource: dict[str, Any], digest: str, rows: int | None) -> bool:
        if resource.get("hash") != digest:
            return False
        if rows is None:
            return True
        if not resource.get("datastore_active"):
            return False
        found = self._call("datastore_search", resource_id=resource["id"], limit=0)
        return bool(found["total"] == rows)

    def _datastore(self, resource: str, table: dict[str, Any], rows: list[dict[str, str | None]]) -> None:
        schema = table["schema"]
        fields = [
            {
                "id": field["name"],
                "type": _TYPES.get(field["type"], "text"),
                "info": {"label": field["name"], "notes": field.get("description", "")},
            }
            for field in schema["fields"]
        ]
        self._call(
            "datastore_create",
            resource_id=resource,
            force=True,
            fields=fields,
            primary_key=schema.get("primaryKey", []),
            records=[],
        )
        for start in range(0, len(rows), _ROWS):
            self._call(
                "datastore_upsert",
                resource_id=resource,
                force=True,
                method="insert",
                records=rows[start : start + _ROWS],
            )

    def _state(self, shipment: Shipment, revision: dict[str, Any]) -> None:
        """Say of a package of the period whether it is current, superseded or withdrawn."""
        there = self._find(revision["publicacion_id"])
        if there is None or extras_of(there).get("estado") == revision["estado"]:
            return
        extras = extras_of(there) | {"estado": revision["estado"]}
        extras.pop("sustituida_por", None)
        title = there["title"].removeprefix("Sustituida: ")
        change: dict[str, Any] = {}
        if revision["estado"] == GONE:
            for resource in there.get("resources", []):
                if resource.get("datastore_active"):
                    self._call("datastore_delete", resource_id=resource["id"], force=True)
            change = {
                "title": f"Retirada: {title}",
                "notes": withdrawn_notes(revision["retiro"]),
                "resources": [],
            }
        elif revision["estado"] != CURRENT:
            extras["sustituida_por"] = revision["sustituida_por"]
            change = {"title": f"Sustituida: {title}"}
        else:
            change = {"title": title}
        self._call("package_patch", id=there["id"], extras=as_extras(extras), **change)

    def _difference(self, resource: dict[str, Any], file: Path) -> str:
        """The name of a file of which the public is served something else, and why if that is known; or empty."""
        content = file.read_bytes()
        try:
            same = self._line.served(resource.get("url"), len(content)) == content
        except ElsewhereError as error:
            return f"{resource['name']} ({error})"
        return "" if same else str(resource["name"])

    def _find(self, publicacion_id: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._call("package_show", id=package_name(publicacion_id))
        except _AbsentError:
            return None
        return found

    def _call(self, action: str, _file: tuple[str, bytes, str] | None = None, **data: Any) -> Any:
        """One action; what goes wrong names the target and the action, and repeats nothing of the answer."""
        try:
            return self._remote.call_action(action, data, files={"upload": _file} if _file else None)
        except NotFound:
            raise _AbsentError from None
        except NotAuthorized:
            raise trouble.refused(self._target) from None
        except ValidationError as error:
            fields = ", ".join(sorted(name for name in error.error_dict if not name.startswith("__")))
            raise DataError(
                f"el catálogo no acepta «{action}»: {fields or 'sin decir por qué'}",
                place=f"destino «{self._target.nombre}»",
                remedy="avise al equipo técnico y a quien administra el catálogo",
            ) from None
        except (CKANAPIError, ServerIncompatibleError, RecursionError):
            raise trouble.silent(self._target, f"contesta con un error a «{action}»") from None


class _AbsentError(Exception):
    """The catalogue has no such thing."""
