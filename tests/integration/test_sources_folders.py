"""Folders elsewhere: a real SFTP server and a real object store, started by the test."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import paramiko
import pytest
from moto.server import ThreadedMotoServer
from sftp_support import OnlyAna, serving
from sources_support import HEADER, MONTH, contract, failure, read_one

from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.periods import Month
from movilidad.sources import file
from movilidad.sources.connection import Connection

CONTENT = f"{HEADER}\n1,,Añil,2.50\n"
SOURCE = contract("archivo", {"archivo": "filas_{mes}.csv"})


class ReadOnly(paramiko.SFTPServerInterface):
    """Serves one folder."""

    root: Path

    def _real(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(entry.stat(), entry.name) for entry in self._real(path).iterdir()
            ]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> Any:
        try:
            stream = os.fdopen(os.open(self._real(path), os.O_RDONLY), "rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = stream  # type: ignore[attr-defined]
        return handle


@dataclass
class Sftp:
    url: str
    key: str


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[Sftp]:
    """An SFTP server on loopback that serves the folder ``entregas``."""
    (tmp_path / "entregas").mkdir()
    (tmp_path / "entregas" / "filas_2026-10.csv").write_text(CONTENT, encoding="utf-8")
    with serving(tmp_path, ReadOnly, "clave") as (port, key):
        yield Sftp(f"sftp://127.0.0.1:{port}/entregas", f"{key} servidor")


def by_sftp(sftp: Sftp, word: str = "clave", **extra: Any) -> Connection:
    given = {"url": sftp.url, "clave_servidor": sftp.key, "tiempo_espera": 5} | extra
    return Connection.model_validate({"login": "ana", "password": word, "extra": given})


def test_a_file_is_read_over_sftp(sftp: Sftp) -> None:
    frame = read_one(SOURCE, "filas", by_sftp(sftp), MONTH)
    assert frame["Razón social"].tolist() == ["Añil"]
    with file.open_reader(SOURCE, by_sftp(sftp), MONTH) as reader:
        assert reader.latest_month() == MONTH


def test_a_file_that_is_not_on_the_sftp_server_is_told(sftp: Sftp) -> None:
    failure(
        UnavailableError,
        lambda: read_one(SOURCE, "filas", by_sftp(sftp), Month(2026, 9)),
        "«filas_2026-10.csv»",
        "periodo 2026-09",
    )


def test_a_server_with_an_unknown_key_gets_no_password(
    sftp: Sftp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(OnlyAna, "check_auth_password", lambda self, name, word: asked.append(word) or 2)
    monkeypatch.setenv("HOME", str(tmp_path))
    other = paramiko.ECDSAKey.generate()
    for key in (f"{other.get_name()} {other.get_base64()}", ""):
        for options in ({}, {"host_key_policy": "auto_add"}):
            wrong = by_sftp(sftp, clave_servidor=key, opciones=options)
            failure(
                DataError,
                lambda wrong=wrong: read_one(SOURCE, "filas", wrong, MONTH),
                "clave conocida",
                "clave_servidor",
            )
    assert asked == []


def test_a_key_of_the_known_hosts_is_believed(sftp: Sftp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    port = sftp.url.split(":")[2].split("/")[0]
    name, key, _ = sftp.key.split()
    (tmp_path / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {name} {key}\n")
    assert len(read_one(SOURCE, "filas", by_sftp(sftp, clave_servidor=None), MONTH)) == 1


def test_a_wrong_sftp_password_is_told_without_it(sftp: Sftp) -> None:
    wrong = by_sftp(sftp, word="otra-clave")
    error = failure(DataError, lambda: read_one(SOURCE, "filas", wrong, MONTH), "rechaza al usuario")
    assert "otra-clave" not in str(error)


def test_an_sftp_server_that_is_not_there_is_unavailable(sftp: Sftp) -> None:
    nowhere = by_sftp(sftp, url="sftp://127.0.0.1:9/entregas")
    failure(UnavailableError, lambda: read_one(SOURCE, "filas", nowhere, MONTH), "no responde")


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """An S3 object store on loopback with the bucket ``entregas``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="ana", aws_secret_access_key="clave"
    )
    client.create_bucket(Bucket="entregas")
    client.put_object(Bucket="entregas", Key="mensual/filas_2026-10.csv", Body=CONTENT.encode())
    yield url
    server.stop()


def in_store(endpoint: str, **extra: Any) -> Connection:
    given = {"url": "s3://entregas/mensual", "opciones": {"endpoint_url": endpoint}, "tiempo_espera": 2} | extra
    return Connection.model_validate({"login": "ana", "password": "clave", "extra": given})


def test_a_file_is_read_from_an_object_store(store: str) -> None:
    frame = read_one(SOURCE, "filas", in_store(store), MONTH)
    assert frame["salario"].tolist() == ["2.50"]
    with file.open_reader(SOURCE, in_store(store), MONTH) as reader:
        assert reader.latest_month() == MONTH


def test_a_file_or_bucket_that_is_not_in_the_store_is_told(store: str) -> None:
    failure(
        UnavailableError,
        lambda: read_one(SOURCE, "filas", in_store(store), Month(2026, 9)),
        "«filas_2026-10.csv»",
    )
    elsewhere = in_store(store, url="s3://nada/mensual")
    failure(UnavailableError, lambda: read_one(SOURCE, "filas", elsewhere, MONTH), "no existe la carpeta")


def test_an_object_store_that_is_not_there_is_unavailable() -> None:
    options = {"endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 1}}}
    nowhere = in_store("", opciones=options)
    failure(UnavailableError, lambda: read_one(SOURCE, "filas", nowhere, MONTH), "no responde")
