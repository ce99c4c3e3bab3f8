"""Reading many rows of the warehouse fast: COPY into Arrow, codes as categories."""

import tempfile
from collections.abc import Mapping
from contextlib import closing

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from sqlalchemy import Connection

CODE = pa.dictionary(pa.int32(), pa.string())
TEXT, NUMBER, DAY, FLAG = pa.string(), pa.float64(), pa.date32(), pa.bool_()


def read_rows(
    connection: Connection, query: str, parameters: Mapping[str, object], types: Mapping[str, pa.DataType]
) -> pd.DataFrame:
    """The rows of a query; PostgreSQL only.

    Args:
        query: a SELECT whose columns are those of ``types``, in that order, with ``%(name)s`` parameters.
        types: ``CODE`` gives a categorical column, ``TEXT`` text, ``NUMBER`` float64, ``DAY`` datetime64,
            ``FLAG`` bool.
    """
    with closing(connection.connection.cursor()) as cursor, tempfile.TemporaryFile() as file:
        bound = cursor.mogrify(query, parameters).decode()
        cursor.copy_expert(f"COPY ({bound}) TO STDOUT (FORMAT csv)", file)
        if not file.tell():
            return pa.schema(list(types.items())).empty_table().to_pandas(date_as_object=False)
        file.seek(0)
        table = pyarrow.csv.read_csv(
            file,
            pyarrow.csv.ReadOptions(column_names=list(types)),
            pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict(types),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t"],
                false_values=["f"],
            ),
        )
    return table.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)
