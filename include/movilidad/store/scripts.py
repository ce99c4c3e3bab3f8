"""Scripts of several statements."""

from sqlalchemy import Connection


def run_script(connection: Connection, script: str) -> None:
    """Run a script as it stands: a percent sign in it is a percent sign."""
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})
