"""The release desk, asked by somebody whom a header names, at an hour that the test decides."""

from datetime import datetime
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

from movilidad.desk.app import desk
from movilidad.desk.viewer import Viewer

ACTS, LOOKS, NOT_ALLOWED = "opera", "mira", "nadie"
ROOT = "/airflow"  # below which this Airflow is served


def client_at(now: datetime, who: str = ACTS) -> TestClient:
    """A browser of somebody; of nobody, if ``who`` is empty. It follows no redirection."""

    def viewer(x_quien: Annotated[str, Header()] = "") -> Viewer:
        if x_quien in {"", NOT_ALLOWED}:
            raise HTTPException(403 if x_quien else 401)
        return Viewer(x_quien, actua=x_quien == ACTS)

    server = FastAPI(root_path=ROOT)
    server.mount("/mesa", desk(viewer, lambda: now))
    headers = {"x-quien": who} if who else {}
    return TestClient(server, f"http://airflow.example{ROOT}/mesa/", headers=headers, follow_redirects=False)
