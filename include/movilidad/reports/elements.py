"""The parts of a report, as plain values: what stands on the page, not how it is drawn."""

from dataclasses import dataclass
from typing import Literal

BarKind = Literal["categoria", "resto", "nd"]
RowKind = Literal["categoria", "resto", "nd", "total", "parte"]


@dataclass(frozen=True)
class Cell:
    """One printed value.

    Attributes:
        texto: what is printed; ``c`` where the figure is hidden, ``nd`` where nothing is known.
        valor: the number behind it; None where hidden, not known or no number.
        oculta: hidden by the protection.
    """

    texto: str
    valor: float | None = None
    oculta: bool = False


@dataclass(frozen=True)
class Column:
    """Head of a column; numbers are set to the right."""

    titulo: str
    numerica: bool = True


@dataclass(frozen=True)
class Row:
    """One row: its head and its cells, one per column after the first. A ``parte`` stands under a category.

    ``idioma`` is the language of its head where that is not the report's.
    """

    titulo: str
    celdas: tuple[Cell, ...]
    tipo: RowKind = "categoria"
    idioma: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its number and caption; ``datos`` is the CSV beside the report that holds its figures."""

    nombre: str
    titulo: str
    primera: str
    columnas: tuple[Column, ...]
    filas: tuple[Row, ...]
    notas: tuple[str, ...] = ()
    datos: str | None = None
    numero: int = 0


@dataclass(frozen=True)
class Bar:
    """One category of a chart.

    Attributes:
        codigo: its code.
        etiqueta: its label.
        valor: what is drawn; None where hidden.
        texto: what is printed at the bar: the number, or ``c``.
        tipo: ``resto`` (hidden categories together) and ``nd`` (not stated) are drawn apart from the others.
        desde: where a range begins; ``marca`` is the line within it (quartiles and median).
    """

    codigo: str
    etiqueta: str
    valor: float | None
    texto: str
    tipo: BarKind = "categoria"
    desde: float | None = None
    marca: float | None = None


@dataclass(frozen=True)
class Chart:
    """A chart: its finding is the heading above it, ``titulo`` says what is drawn, ``alt`` tells the figures.

    The points of a ``linea`` are bars too: ``codigo`` is the month.
    """

    nombre: str
    forma: Literal["barras", "rangos", "mapa", "linea"]
    titulo: str
    alt: str
    barras: tuple[Bar, ...]
    notas: tuple[str, ...] = ()
    numero: int = 0


@dataclass(frozen=True)
class KeyFigure:
    """A headline figure."""

    titulo: str
    cifra: Cell
    unidad: str


@dataclass(frozen=True)
class Section:
    """A numbered section: what it is about, its finding as the heading, sentences, charts and tables."""

    nombre: str
    tema: str
    titulo: str
    frases: tuple[str, ...]
    graficos: tuple[Chart, ...] = ()
    cuadros: tuple[Table, ...] = ()
    notas: tuple[str, ...] = ()
    numero: int = 0

    @property
    def partes(self) -> tuple[Chart | Table, ...]:
        """Charts and tables in the order of reading: charts of no table first, others before their table."""
        drawn = {table.nombre: self._charts_of(table) for table in self.cuadros}
        beside = [chart for charts in drawn.values() for chart in charts]
        parts: list[Chart | Table] = [chart for chart in self.graficos if chart not in beside]
        for table in self.cuadros:
            parts += [*drawn[table.nombre], table]
        return tuple(parts)

    def _charts_of(self, table: Table) -> list[Chart]:
        return [chart for chart in self.graficos if chart.nombre.removeprefix("mapa_") == table.nombre]


@dataclass(frozen=True)
class Revision:
    """A figure that this revision changes."""

    cuadro: str
    celda: str
    indicador: str
    antes: str
    ahora: str


@dataclass(frozen=True)
class Origin:
    """A source behind the figures."""

    titulo: str
    snapshot_id: str
    licencia: str
    demostracion: bool
    idioma: str = ""


@dataclass(frozen=True)
class Quality:
    """What the quality control found: sentences, and records per source."""

    frases: tuple[str, ...]
    cuadro: Table


@dataclass(frozen=True)
class Term:
    """A word or a symbol, and what it means."""

    termino: str
    significado: str


@dataclass(frozen=True)
class Standing:
    """Text that every edition carries, from ``textos.yml``."""

    cuentan: tuple[str, ...]
    no_cuentan: tuple[str, ...]
    simbolos: tuple[Term, ...]
    glosario: tuple[Term, ...]
    contacto: tuple[str, ...]
    licencia: str
    estado_explicado: str
    aviso_explicado: str
    acceso_previo: str = ""


@dataclass(frozen=True)
class Apart:
    """Another report of the same release, about a part of it: its title and the folder where it stands."""

    titulo: str
    carpeta: str


@dataclass(frozen=True)
class Report:
    """Everything that a monthly report says, in order.

    Attributes:
        estado: ``Cifras preliminares`` while they are, else empty.
        aviso: the notice that everything bears when it is made from simulated records, else empty.
        revisiones: figures changed by this revision; ``revisada`` tells that there was one before.
        razones: what kind of revision it is, why it is made and who approved it, in sentences.
        calidad: what the checks found in the sources; None where that is not known.
        nota: what whoever decided about odd figures tells the readers, in Spanish.
        idioma: the language that it is written in; ``ediciones`` are all that the release has.
        carpeta: where in the release it stands, if not at its top: it is about a part of it.
        partes: the reports of that kind, if this one is about the whole.
    """

    titulo: str
    periodo: str
    mes: str
    publicacion_id: str
    revision: int
    fecha: str
    fecha_iso: str
    epoca: int
    estado: str
    aviso: str
    institucion: str
    puntos: tuple[str, ...]
    cifras: tuple[KeyFigure, ...]
    secciones: tuple[Section, ...]
    cobertura: tuple[str, ...]
    revisada: bool
    revisiones: tuple[Revision, ...]
    origenes: tuple[Origin, ...]
    texto: Standing
    cita: str
    programa: str
    razones: tuple[str, ...] = ()
    calidad: Quality | None = None
    nota: str = ""
    idioma: str = "es"
    ediciones: tuple[str, ...] = ("es",)
    carpeta: str = ""
    partes: tuple[Apart, ...] = ()

    @property
    def titulo_completo(self) -> str:
        """Title, geography and period: ``…, Guatemala, octubre de 2026``."""
        return f"{self.titulo}, {self.periodo}"
