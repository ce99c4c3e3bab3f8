"""Tables of Airflow's database, as far as a test needs them."""

from typing import Any

from sqlalchemy import Column, Engine, MetaData, Table


def airflow_table(engine: Engine, model: Any, rows: list[dict[str, Any]]) -> None:
    """A table with the columns of these rows alone, which must be columns of Airflow's own."""
    columns = [Column(name, model.__table__.c[name].type) for name in rows[0]]
    table = Table(model.__tablename__, MetaData(), *columns)
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
