"""Somebody's CSV as text, or one sentence about why it cannot be read."""

from pathlib import Path

import pandas as pd

from movilidad.model.errors import DataError


def read_text_table(path: Path) -> pd.DataFrame:
    """All cells as text with no blanks around them; an empty cell is an empty text.

    Raises:
        DataError: not UTF-8, not a table, no header, or a column name that occurs twice.
    """
    try:
        rows = pd.read_csv(path, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("el archivo no está en UTF-8", place=path.name, remedy="guárdelo como CSV UTF-8") from None
    except pd.errors.EmptyDataError:
        raise DataError("el archivo está vacío", place=path.name) from None
    except pd.errors.ParserError:
        raise DataError(
            "el archivo tiene líneas con más columnas que otras",
            place=path.name,
            remedy="ponga entre comillas los textos que llevan comas",
        ) from None
    rows = rows.fillna("").apply(lambda column: column.str.strip())  # a line may end early
    names = rows.iloc[0].tolist()
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"la columna «{twice[0]}» está dos veces", place=path.name, remedy="quite una de las dos")
    return rows.iloc[1:].reset_index(drop=True).set_axis(names, axis=1)
