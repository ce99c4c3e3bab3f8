"""A sheet as Apache Parquet: codes and periods as strings, figures as nullable numbers."""

import io

from movilidad.publishing.formats.cells import columns, value
from movilidad.publishing.sheets import Sheet


def parquet(sheet: Sheet, about: dict[str, str]) -> bytes:
    """The file of a sheet; ``about`` (title, licence, …) goes into its metadata. Equal sheets give equal bytes."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    types = {"integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
    fields = [
        pa.field(column.nombre, types.get(column.tipo, pa.string()), metadata={"description": column.significado})
        for column in sheet.columnas
    ]
    cells = columns(sheet)
    arrays = [
        pa.array([value(column, cell) for cell in cells[column.nombre]], type=field.type)
        for column, field in zip(sheet.columnas, fields, strict=True)
    ]
    buffer = io.BytesIO()
    write_table(pa.table(arrays, schema=pa.schema(fields, metadata=about)), buffer, compression="zstd")
    return buffer.getvalue()
