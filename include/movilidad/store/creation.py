"""A database that is not there yet."""

from sqlalchemy import create_engine, make_url, text

_LOCK = 7_206_101  # keeps two makers of one database apart


def create_database(url: str) -> bool:
    """Make the database of a PostgreSQL URL, where texts sort alike on every machine; False if it was there."""
    wanted = make_url(url)
    engine = create_engine(wanted.set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            known = connection.scalars(text("SELECT datname FROM pg_database")).all()
            if wanted.database in known:
                return False
            name = connection.dialect.identifier_preparer.quote(str(wanted.database))
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'")
            return True
    finally:
        engine.dispose()
