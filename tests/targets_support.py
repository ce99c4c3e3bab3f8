"""Targets for the tests, as real as can be had: an SFTP server that is written to, an object store, a CKAN."""

import json
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import boto3
import httpx
import paramiko
import pytest
import yaml
from moto.server import ThreadedMotoServer
from sftp_support import serving
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine, text

from movilidad.model.settings import get_settings

SECRET = "clave-que-nadie-repite"


@dataclass
class Office:
    """A warehouse with two public revisions of October, and the means to declare targets."""

    engine: Engine
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def target(self, name: str, kind: str, connection: dict[str, Any], **more: Any) -> None:
        """Declare one more target."""
        file = get_settings().destinations_file
        known = yaml.safe_load(file.read_text())["destinos"] if file.is_file() else []
        known.append({"nombre": name, "titulo": name, "clase": kind, "conexion": name, **more})
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump({"destinos": known}))
        self.monkeypatch.setenv(f"MOVILIDAD_CONEXION_{name.upper()}", json.dumps(connection))

    def states(self) -> dict[tuple[str, str], str]:
        """State by release and target, as the warehouse keeps it."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT publicacion_id, destino, estado FROM control.entregas"))
            return {(row[0], row[1]): row[2] for row in rows}


class _Served(paramiko.SFTPServerInterface):
    """One folder of this machine, to be read and written."""

    root: Path

    def _real(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def _done(self, work: Any) -> Any:
        try:
            return work()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def _ok(self, work: Any) -> Any:
        return self._done(lambda: work() or paramiko.SFTP_OK)

    def list_folder(self, path: str) -> Any:
        return self._done(
            lambda: [
                paramiko.SFTPAttributes.from_stat(entry.lstat(), entry.name)
                for entry in self._real(path).iterdir()
            ]
        )

    def stat(self, path: str) -> Any:
        return self._done(lambda: paramiko.SFTPAttributes.from_stat(self._real(path).stat()))

    def lstat(self, path: str) -> Any:
        return self._done(lambda: paramiko.SFTPAttributes.from_stat(self._real(path).lstat()))

    def mkdir(self, path: str, attr: Any) -> Any:
        return self._ok(self._real(path).mkdir)

    def rmdir(self, path: str) -> Any:
        return self._ok(self._real(path).rmdir)

    def remove(self, path: str) -> Any:
        return self._ok(self._real(path).unlink)

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        return self._ok(lambda: self._real(oldpath).rename(self._real(newpath)) and None)

    def symlink(self, target_path: str, path: str) -> Any:
        return self._ok(lambda: self._real(path).symlink_to(target_path))

    def readlink(self, path: str) -> Any:
        return self._done(lambda: str(self._real(path).readlink()))

    def open(self, path: str, flags: int, attr: Any) -> Any:
        mode = "rb" if not flags & (os.O_WRONLY | os.O_RDWR) else "wb"
        try:
            stream = os.fdopen(os.open(self._real(path), flags, 0o644), mode)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = handle.writefile = stream  # type: ignore[attr-defined]
        return handle


@contextmanager
def sftp_server(
    root: Path, *, port: int = 0, host_key: paramiko.ECDSAKey | None = None
) -> Iterator[dict[str, Any]]:
    """An SFTP server on loopback that serves ``root``; gives the connection to its folder ``sitio``."""
    (root / "sitio").mkdir(parents=True, exist_ok=True)
    with serving(root, _Served, SECRET, port=port, host_key=host_key) as (taken, key):
        where = {"url": f"sftp://127.0.0.1:{taken}/sitio", "clave_servidor": key}
        extra = where | {"tiempo_espera": 20, "tiempo_reintentos": 0}
        yield {"login": "ana", "password": SECRET, "extra": extra}


@contextmanager
def object_store() -> Iterator[tuple[dict[str, Any], Any]]:
    """An S3-compatible server with one bucket; gives the connection to a prefix in it, and a client of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # what it keeps outlives a server of the same process
    httpx.post(f"{endpoint}/moto-api/reset").raise_for_status()
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id="ana",
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="datos")
    extra = {
        "url": "s3://datos/movilidad",
        "opciones": {"client_kwargs": {"endpoint_url": endpoint, "region_name": "us-east-1"}},
        "tiempo_reintentos": 0,
    }
    yield {"login": "ana", "password": SECRET, "extra": extra}, client
    server.stop()


@dataclass
class Catalogue:
    """What a CKAN holds, and how it misbehaves on request.

    Attributes:
        fail_after: number of calls that change something after which the server answers HTTP 500; None for never.
    """

    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fail_after: int | None = None
    address: str = ""

    @property
    def changes(self) -> list[str]:
        """The calls that changed something."""
        return [call for call in self.calls if not call.endswith(("_show", "_search", "_for_user"))]

    def seen_by_anybody(self, name: str) -> dict[str, Any] | None:
        """A package as the public sees it."""
        found = self.packages.get(name)
        return found if found and not found["private"] else None


class _ProblemError(Exception):
    def __init__(self, status: int, kind: str, **fields: Any) -> None:
        super().__init__(kind)
        self.status, self.content = status, {"__type": kind, **fields}


@contextmanager
def ckan_server() -> Iterator[tuple[dict[str, Any], Catalogue]]:
    """A CKAN action API as its documentation describes it, with one organisation ``mintrab``."""
    catalogue = Catalogue()

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802
            """A file, as anybody gets it from a package that is not private."""
            resource = self.path.split("/")[-3]
            public = any(
                resource == each["id"]
                for package in catalogue.packages.values()
                if not package["private"]
                for each in package["resources"]
            )
            content = catalogue.uploads.get(resource, b"") if public else b""
            self._answer(200 if public else 403, content, "application/octet-stream")

        def do_POST(self) -> None:  # noqa: N802
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            action = self.path.rpartition("/")[2]
            catalogue.calls.append(action)
            if catalogue.fail_after is not None and len(catalogue.changes) > catalogue.fail_after:
                self._answer(500, b"<html>Internal Server Error</html>", "text/html")
                return
            data, upload = _parsed(self.headers.get("Content-Type", ""), body)
            token = self.headers.get("X-CKAN-API-Key") or self.headers.get("Authorization")
            try:
                result = _act(catalogue, action, data, upload, authorised=token == SECRET)
                content: dict[str, Any] = {"success": True, "result": result}
                status = 200
            except _ProblemError as problem:
                status, content = problem.status, {"success": False, "error": problem.content}
            self._answer(status, json.dumps(content).encode(), "application/json")

        def _answer(self, status: int, content: bytes, kind: str) -> None:
            self.answer(content, kind, status)

    with on_loopback(Handler) as address:
        catalogue.address = address
        extra = {"url": address, "tiempo_espera": 20, "tiempo_reintentos": 0}
        yield {"password": SECRET, "extra": extra}, catalogue


def _parsed(kind: str, body: bytes) -> tuple[dict[str, Any], bytes | None]:
    """JSON, or the fields and the file of a form."""
    if not kind.startswith("multipart/form-data"):
        return json.loads(body or b"{}"), None
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    data: dict[str, Any] = {}
    upload = None
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if part.get_filename():
            upload = content
        else:
            data[str(name)] = content.decode("utf-8")
    return data, upload


def _act(
    catalogue: Catalogue, action: str, data: dict[str, Any], upload: bytes | None, *, authorised: bool
) -> Any:
    if not authorised:
        raise _ProblemError(403, "Authorization Error", message="Access denied")
    works = {
        "organization_list_for_user": lambda: [{"name": "mintrab", "capacity": "editor"}],
        "package_show": lambda: _package(catalogue, data),
        "package_create": lambda: _create(catalogue, data),
        "package_patch": lambda: _patch(catalogue, data),
        "resource_create": lambda: _resource(catalogue, data, upload),
        "resource_delete": lambda: _drop(catalogue, data["id"]),
        "datastore_create": lambda: _table(catalogue, data),
        "datastore_upsert": lambda: _insert(catalogue, data),
        "datastore_search": lambda: {"total": len(catalogue.tables[data["resource_id"]]["records"])},
        "datastore_delete": lambda: _forget(catalogue, data),
    }
    if action not in works:
        raise _ProblemError(400, "Bad request - Action name not known", message=action)
    return works[action]()


def _package(catalogue: Catalogue, data: dict[str, Any]) -> dict[str, Any]:
    for package in catalogue.packages.values():
        if data.get("id") in (package["id"], package["name"]):
            return package
    raise _ProblemError(404, "Not Found Error", message="Not found")


def _create(catalogue: Catalogue, data: dict[str, Any]) -> dict[str, Any]:
    wrong = {}
    if not re.fullmatch(r"[a-z0-9_-]{2,100}", data.get("name", "")):
        wrong["name"] = ["Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"]
    if data["name"] in catalogue.packages:
        wrong["name"] = ["That URL is already in use."]
    if data.get("owner_org") != "mintrab":
        wrong["owner_org"] = ["Organization does not exist"]
    wrong |= _wrong(data)
    if wrong:
        raise _ProblemError(409, "Validation Error", **wrong)
    made = {"id": str(uuid.uuid4()), "private": False, "state": "active", "resources": [], **data}
    catalogue.packages[data["name"]] = made
    return made


def _wrong(data: dict[str, Any]) -> dict[str, Any]:
    """What CKAN's own schema refuses in a package."""
    wrong: dict[str, Any] = {}
    for tag in data.get("tags", []):
        if not re.fullmatch(r"[\w \-.]{2,100}", tag["name"]):
            wrong["tags"] = [f"Tag {tag['name']} must be alphanumeric characters or symbols: -_."]
    keys = [each["key"] for each in data.get("extras", [])]
    if len(set(keys)) < len(keys) or any(not isinstance(each["value"], str) for each in data.get("extras", [])):
        wrong["extras"] = ["Duplicate key or invalid value"]
    return wrong


def _patch(catalogue: Catalogue, data: dict[str, Any]) -> dict[str, Any]:
    package = _package(catalogue, data)
    if wrong := _wrong(data):
        raise _ProblemError(409, "Validation Error", **wrong)
    kept = {each["id"] for each in data.get("resources", package["resources"])}
    for resource in list(package["resources"]):
        if resource["id"] not in kept:
            _drop(catalogue, resource["id"])
    package.update({name: value for name, value in data.items() if name != "id"})
    return package


def _resource(catalogue: Catalogue, data: dict[str, Any], upload: bytes | None) -> dict[str, Any]:
    package = _package(catalogue, {"id": data["package_id"]})
    if upload is None:
        raise _ProblemError(409, "Validation Error", upload=["Missing value"])
    made = {"id": str(uuid.uuid4()), "url_type": "upload", "datastore_active": False, **data}
    made["url"] = f"{catalogue.address}/dataset/{package['id']}/resource/{made['id']}/download/archivo"
    package["resources"].append(made)
    catalogue.uploads[made["id"]] = upload
    return made


def _drop(catalogue: Catalogue, resource: str) -> None:
    for package in catalogue.packages.values():
        package["resources"] = [each for each in package["resources"] if each["id"] != resource]
    catalogue.uploads.pop(resource, None)
    catalogue.tables.pop(resource, None)


def _found(catalogue: Catalogue, resource: str) -> dict[str, Any]:
    for package in catalogue.packages.values():
        for each in package["resources"]:
            if each["id"] == resource:
                return each
    raise _ProblemError(404, "Not Found Error", message="Not found: Resource")


def _table(catalogue: Catalogue, data: dict[str, Any]) -> dict[str, Any]:
    resource = _found(catalogue, data["resource_id"])
    if not data.get("force"):
        raise _ProblemError(409, "Validation Error", read_only=["Cannot edit read-only resource."])
    names = [each["id"] for each in data["fields"]]
    if any(name.startswith("_") or '"' in name for name in names) or set(data["primary_key"]) - set(names):
        raise _ProblemError(409, "Validation Error", fields=["invalid"])
    catalogue.tables[resource["id"]] = {**data, "records": []}
    resource["datastore_active"] = True
    return data


def _insert(catalogue: Catalogue, data: dict[str, Any]) -> dict[str, Any]:
    """Rows must fit their fields' types and must not repeat a key, as PostgreSQL sees to in a real one."""
    table = catalogue.tables[data["resource_id"]]
    types = {each["id"]: each["type"] for each in table["fields"]}
    forms = {"numeric": r"-?\d+(\.\d+)?", "date": r"\d{4}-\d\d-\d\d", "text": r"[\s\S]*"}
    keys = {tuple(row[name] for name in table["primary_key"]) for row in table["records"]}
    for row in data["records"]:
        if set(row) - set(types):
            raise _ProblemError(409, "Validation Error", records=["unknown field"])
        if any(value is not None and not re.fullmatch(forms[types[name]], value) for name, value in row.items()):
            raise _ProblemError(409, "Validation Error", records=["invalid input syntax"])
        key = tuple(row[name] for name in table["primary_key"])
        if table["primary_key"] and key in keys:
            raise _ProblemError(409, "Validation Error", records=["duplicate key value"])
        keys.add(key)
        table["records"].append(row)
    return data


def _forget(catalogue: Catalogue, data: dict[str, Any]) -> dict[str, Any]:
    _found(catalogue, data["resource_id"])["datastore_active"] = False
    del catalogue.tables[data["resource_id"]]
    return data
