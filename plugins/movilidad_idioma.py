"""Shows Airflow's pages in Spanish and in the time of Guatemala to whoever has not chosen otherwise.

Airflow ships the Spanish texts but has no setting for a default language or zone: its pages ask the browser. This
puts both where they look first; what the user picks in the menu still wins.
"""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from movilidad.model.periods import TZ_NAME

SCRIPT = (
    "<script>try{localStorage.i18nextLng||(localStorage.i18nextLng='es');"
    f"localStorage.timezone||(localStorage.timezone='\"{TZ_NAME}\"')}}catch(e){{}}</script>"
).encode()


class SpanishByDefault:
    """ASGI middleware that adds the script to the one page of Airflow's interface."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        start: dict[str, Any] = {}
        body = bytearray()

        async def rewrite(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                start.update(message)
            elif start and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await _send_page(send, start, bytes(body))
            else:
                await send(message)

        await self.app(scope, receive, rewrite if scope["type"] == "http" else send)


def _is_page(message: dict[str, Any]) -> bool:
    """Whether it is a page of Airflow's: pages with a policy of their own, as the desk's, run no such script."""
    headers = dict(message["headers"])
    html = headers.get(b"content-type", b"").startswith(b"text/html")
    return html and b"content-security-policy" not in headers


async def _send_page(send: Any, start: dict[str, Any], body: bytes) -> None:
    page = body.replace(b"<head>", b"<head>" + SCRIPT, 1)
    headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
    await send({"type": "http.response.body", "body": page})


class MovilidadIdioma(AirflowPlugin):
    """Registers the middleware."""

    name = "movilidad_idioma"
    fastapi_root_middlewares = [  # noqa: RUF012 - the form that Airflow asks for
        {"middleware": SpanishByDefault, "args": [], "kwargs": {}, "name": "Español por omisión"}
    ]
