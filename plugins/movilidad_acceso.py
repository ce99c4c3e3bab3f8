"""Whoever asks for a token with a wrong password five times in a minute has to wait, as at the login page.

Airflow limits only its page's form (``AUTH_RATE_LIMIT`` in deploy/acceso.py), not the address that programs use.
Each process of the server counts for itself; behind a proxy all its visitors count as one.
"""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

_ADDRESSES = ("/auth/token", "/auth/token/cli")
_LIMIT = "5 per 1 minute"
_WRONG, _TOO_MANY = 401, 429
_SAID = "Demasiadas contraseñas equivocadas. Espere un minuto."


class WrongPasswords:
    """Counts answers that refuse a password, by who asked."""

    def __init__(self, app: Any) -> None:
        from limits import parse  # only Airflow's server ever needs them
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        self._app, self._limit = app, parse(_LIMIT)
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(_ADDRESSES):
            await self._app(scope, receive, send)
            return
        who = (scope.get("client") or ("",))[0]
        if not self._counted.test(self._limit, who):
            from starlette.responses import JSONResponse

            refusal = JSONResponse({"detail": _SAID}, _TOO_MANY, {"Retry-After": "60"})
            await refusal(scope, receive, send)
            return

        async def noticing(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] == _WRONG:
                self._counted.hit(self._limit, who)
            await send(message)

        await self._app(scope, receive, noticing)


class MovilidadAcceso(AirflowPlugin):
    """Puts the count before Airflow's server."""

    name = "movilidad_acceso"
    fastapi_root_middlewares = [{"middleware": WrongPasswords, "name": "Contraseñas equivocadas"}]  # noqa: RUF012 - the form that Airflow asks for
