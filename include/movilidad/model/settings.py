"""What a deployment decides: addresses, secrets, thresholds. Read from ``MOVILIDAD_…`` variables."""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, Secret, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from movilidad.model import paths
from movilidad.model.atomic import create_file
from movilidad.model.errors import UsageError
from movilidad.model.pseudonym_key import PseudonymKey


class Settings(BaseSettings):
    """Settings of one deployment.

    Attributes:
        carpeta: everything that the program keeps for itself (snapshots, drafts, keys, logs).
        publicaciones: the publication folder, served as it is.
        bodega: SQLAlchemy URL of the warehouse.
        clave_seudonimos: secret key of the pseudonyms; when empty, a file under ``carpeta`` keeps one.
        frecuencia_minima: smallest number of persons that a published cell may show.
        empleadores_minimos: smallest number of employers behind a published wage figure.
        ancho_minimo: least width of the interval in which a reader can locate a hidden count.
        dominancia_p: the p of the p%-rule on the wages that employers pay, in per cent. Secret: never printed,
            logged or published. Without it no mean wage is published.
        celdas_maximas: most cells (rows by columns) that one data set of a source may have; as text, each takes
            about a hundred bytes of memory. The other limits of what sources hand over are in ``limits.py``.
        correo_operadores: where operators are reached.
        direccion_publica: address under which the publication folder is served, ``https://…/``.
        correo_publico: where readers ask about the data; printed on every release.
        licencia_datos: licence under which the data are published, by its SPDX name.
        oficina: folder with an office's own contracts, queries, suites, code lists and calendar; when empty, those
            of the product.
        destinos: the file that says where releases go besides; when empty, ``destinos.yml`` in ``carpeta``.
        avisos: the file that says who is told when something is wrong; when empty, ``include/avisos.yml``.
        visto_bueno: the file that says who decides about odd figures; when empty, ``include/visto_bueno.yml``.
        postgresql: folder of PostgreSQL's own programs (``pg_dump`` and others); when empty, those at hand.
        registro_json: whether commands write their log as JSON lines.
    """

    model_config = SettingsConfigDict(env_prefix="MOVILIDAD_", extra="ignore", hide_input_in_errors=True)

    carpeta: Path = paths.PROJECT / ".movilidad"
    publicaciones: Path = paths.PROJECT / "publicaciones"
    bodega: SecretStr = SecretStr("")
    clave_seudonimos: SecretStr = SecretStr("")
    frecuencia_minima: int = Field(default=3, ge=2)
    empleadores_minimos: int = Field(default=2, ge=1)
    ancho_minimo: int = Field(default=3, ge=2)
    dominancia_p: Secret[float] | None = None
    celdas_maximas: int = Field(default=5_000_000, ge=1)
    correo_operadores: str = "operadores@mintrab.example"
    direccion_publica: str = Field(
        default="https://movilidad.mintrab.example/", pattern=r"^https?://[A-Za-z0-9.:-]+(/[\w.~-]+)*/?$"
    )
    correo_publico: str = Field(default="estadistica@mintrab.example", pattern=r"^[^@\s]+@[^@\s]+$")
    licencia_datos: Literal["CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"] = "CC-BY-4.0"
    oficina: Path | None = None
    destinos: Path | None = None
    avisos: Path | None = None
    visto_bueno: Path | None = None
    postgresql: Path | None = None
    registro_json: bool = False

    @field_validator("dominancia_p")
    @classmethod
    def _positive(cls, value: Secret[float] | None) -> Secret[float] | None:
        if value is not None and not 0 < value.get_secret_value() < float("inf"):
            raise ValueError("debe ser un porcentaje mayor que cero")
        return value

    def dominance(self) -> float | None:
        """The p of the p%-rule, for the protection alone."""
        return self.dominancia_p.get_secret_value() if self.dominancia_p else None

    @property
    def instantaneas(self) -> Path:
        """Folder of the immutable snapshots."""
        return self.carpeta / "instantaneas"

    @property
    def trabajo(self) -> Path:
        """Folder of drafts and of what the stages of a release hand to each other."""
        return self.carpeta / "trabajo"

    @property
    def destinations_file(self) -> Path:
        """Where the targets of releases are declared."""
        return self.destinos or self.carpeta / "destinos.yml"

    @property
    def alerts_file(self) -> Path:
        """Where it stands who is told when something is wrong."""
        return self.avisos or paths.ALERTS

    @property
    def signatories_file(self) -> Path:
        """Where it stands who decides about a release in which something is odd."""
        return self.visto_bueno or paths.SIGNATORIES

    @property
    def pseudonym_key_file(self) -> Path:
        """Where the key of the pseudonyms is kept, unless a variable holds it."""
        return self.carpeta / "secretos" / "clave_seudonimos"

    def warehouse_url(self) -> str:
        """The warehouse's URL, or a UsageError that says how to set it."""
        if not self.bodega.get_secret_value():
            raise UsageError(
                "no se ha indicado la bodega de datos",
                remedy="defina MOVILIDAD_BODEGA, por ejemplo postgresql+psycopg2://usuario@servidor/movilidad",
            )
        return self.bodega.get_secret_value()

    @property
    def thresholds(self) -> dict[str, int]:
        """The public thresholds of confidentiality by name, as every release tells them."""
        return {
            "frecuencia_minima": self.frecuencia_minima,
            "empleadores_minimos": self.empleadores_minimos,
            "ancho_minimo": self.ancho_minimo,
        }

    def pseudonym_key(self) -> PseudonymKey:
        """The key of the pseudonyms; made once, readable by its owner only, never in the database."""
        if written := self.clave_seudonimos.get_secret_value():
            return _key(written, "MOVILIDAD_CLAVE_SEUDONIMOS")
        file = self.pseudonym_key_file
        if not file.exists():
            create_file(file, secrets.token_hex(32).encode())
        return _key(file.read_text().strip(), str(file))


def _key(text: str, place: str) -> PseudonymKey:
    key = PseudonymKey.parse(text)
    if not key.root.strip():
        raise UsageError(
            "la clave de los seudónimos está vacía",
            place=place,
            remedy="ponga ahí la clave con que se cargaron los registros; si todavía no hay ninguno, quite la"
            " variable o borre el archivo y se hará otra",
        )
    return key


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once. Tests call ``get_settings.cache_clear()``."""
    return Settings()
