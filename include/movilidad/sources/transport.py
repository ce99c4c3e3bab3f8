"""HTTP as the connectors for REST and SOAP use it: bounded in time and size, patient with a busy server.

Retries with growing, jittered pauses on 429 (``Retry-After`` is honoured), 5xx and transport errors, until the
time for retries (``tiempo_reintentos`` of the connection) is used up. Redirects are not followed: a platform that
moved is told, not chased.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_before_delay, wait_exponential_jitter

from movilidad.model.limits import REQUEST_SECONDS, STEP_SECONDS
from movilidad.sources.answer import Answer, UnusableContentError
from movilidad.sources.clock import note_skew
from movilidad.sources.exchange import EndlessError, Exchange, fits_into_a_header, web_address
from movilidad.sources.reader import Place
from movilidad.sources.transit import REMEDY, may_be_plain, tls_context

_BUSY = {429, 500, 502, 503, 504}


class _AgainError(Exception):
    """The server is busy or unreachable; ``pause`` is what it asks for, in seconds."""

    def __init__(self, what: str, pause: float | None = None) -> None:
        super().__init__(what)
        self.what, self.pause = what, pause


class Transport:
    """One HTTP service. Use as a context manager."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._retry_seconds = place.seconds("tiempo_reintentos", REQUEST_SECONDS)
        self._timeout = place.seconds("tiempo_espera", STEP_SECONDS)
        self.base = self._base(place)
        self._exchange = Exchange(self.base.host, self._timeout, tls_context(place), self._headers(place))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exchange.close()

    def send(
        self,
        request: httpx.Request,
        where: str,
        *,
        is_final: Callable[[Answer], bool] = lambda _: False,
    ) -> Answer:
        """Send a request until it is answered for good.

        Args:
            where: what the request is for, as a message shall call it.
            is_final: answers with a busy status that are nevertheless not worth another try.

        Raises:
            UnavailableError: no answer within the time for retries.
            DataError: an answer that trying again cannot change (4xx, redirect, too large).
        """
        retrying = Retrying(
            retry=retry_if_exception_type(_AgainError),
            stop=stop_before_delay(self._retry_seconds),
            wait=_Pause(),
            reraise=True,
        )
        try:
            for attempt in retrying:
                with attempt:
                    answer = self._once(request, where, is_final)
        except _AgainError as error:
            what = error.what
        else:
            return self._accepted(answer, where, is_final)
        raise self._place.unavailable(what, where)

    def address(self, path: str) -> httpx.URL:
        """The address of a contract's path, below that of the connection."""
        return self.base.join(str(self.base.path).rstrip("/") + path)

    def request(self, method: str, url: httpx.URL, **arguments: Any) -> httpx.Request:
        """A request of this service, with its headers."""
        return self._exchange.request(method, url, **arguments)

    def _once(self, request: httpx.Request, where: str, is_final: Callable[[Answer], bool]) -> Answer:
        try:
            answer = self._exchange.answer(request, self._retry_seconds)
        except UnusableContentError as error:
            raise self._place.data_error(str(error), where) from None
        except httpx.TimeoutException:
            raise _AgainError(f"el servicio no responde en {self._timeout:g} segundos") from None
        except EndlessError:
            raise _AgainError("el servicio no termina de responder") from None
        except httpx.TransportError as error:
            raise _AgainError(f"no hay conexión con el servicio ({_reason(error)})") from None
        except httpx.HTTPError:
            raise self._place.data_error("la respuesta del servicio no es HTTP válido", where) from None
        if (theirs := _moment(answer.headers.get("date"))) is not None:
            note_skew(self._place, theirs)
        if answer.status in _BUSY and not is_final(answer):
            pause = _asked_pause(answer.headers.get("retry-after"))
            told = f" y pide esperar {pause:,.0f} segundos" if pause else ""
            raise _AgainError(f"el servicio contesta HTTP {answer.status}{told}", pause)
        return answer

    def _accepted(self, answer: Answer, where: str, is_final: Callable[[Answer], bool]) -> Answer:
        if answer.status == 200 or is_final(answer):
            return answer
        connection = self._place.contract.conexion
        if answer.status in {401, 403}:
            raise self._place.data_error(
                f"el servicio no acepta el token de acceso (HTTP {answer.status})",
                where,
                remedy=f"renueve el token en la contraseña de la conexión «{connection}»",
            )
        if 300 <= answer.status < 400:
            raise self._place.data_error(
                f"el servicio manda a otra dirección (HTTP {answer.status})",
                where,
                remedy=f"compruebe con el responsable la dirección nueva y corrija la conexión «{connection}»",
            )
        if answer.status == 404:
            raise self._place.data_error(
                "el servicio no conoce el recurso (HTTP 404)",
                where,
                remedy=f"revise la dirección de la conexión «{connection}» y el recurso del contrato",
            )
        raise self._place.data_error(f"el servicio contesta HTTP {answer.status}", where)

    @staticmethod
    def _base(place: Place) -> httpx.URL:
        url = web_address(place.connection.base_url())
        if not url.host:
            raise place.usage_error("la conexión no tiene una dirección http:// o https:// válida", "conexión")
        if url.scheme == "http" and not may_be_plain(place.connection, url.host):
            raise place.usage_error("la dirección es http://, sin cifrar", "conexión", remedy=REMEDY)
        return url

    @staticmethod
    def _headers(place: Place) -> dict[str, str]:
        if not (password := place.connection.password):
            return {}
        token = password.get_secret_value()
        if not fits_into_a_header(token):
            raise place.usage_error("el token de acceso tiene caracteres que no van en HTTP", "conexión")
        return {"Authorization": f"Bearer {token}"}


class _Pause(wait_exponential_jitter):
    """What the server asks for, else a growing pause with jitter."""

    def __init__(self) -> None:
        super().__init__(multiplier=0.5, max=20, jitter=1)

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        asked = error.pause if isinstance(error, _AgainError) else None
        return super().__call__(retry_state) if asked is None else asked


def _asked_pause(header: str | None) -> float | None:
    """Seconds that ``Retry-After`` asks for: a number, or an HTTP date."""
    if not header:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header)
    moment = _moment(header)
    return None if moment is None else max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _moment(header: str | None) -> datetime | None:
    """The instant of an HTTP date; None if it is none."""
    try:
        moment = parsedate_to_datetime(header or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reason(error: httpx.TransportError) -> str:
    """The kind of a transport error; its own text may repeat the address with a secret in it."""
    text = str(error).lower()
    if "certificate" in text:
        return "el certificado no es de confianza"
    if "name or service" in text or "name resolution" in text or "nodename" in text:
        return "el nombre del servidor no existe"
    if "refused" in text:
        return "rechaza la conexión"
    return {"RemoteProtocolError": "cortó la respuesta", "ReadError": "cortó la respuesta"}.get(
        type(error).__name__, "fallo de red"
    )
