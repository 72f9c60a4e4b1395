"""Errors as problem details (RFC 9457): the one place where errors meet HTTP.

A server's own fault is told by its kind only; what happened goes to the log, under the incident
number that the asker gets.
"""

import logging
import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from flask import Flask, Response, g, json
from werkzeug.exceptions import HTTPException

from api.errors import (
    ApiError,
    HolderAbsentError,
    InvalidFieldError,
    MediaTypeError,
    NotJsonError,
    NotServedError,
    TrustUnavailableError,
    WrongClientError,
)
from api.services.errors import (
    CalculationError,
    InsuranceFormError,
    ParameterMissingError,
    RefusedError,
    ServiceError,
    UnknownError,
)
from issuance.book_errors import (
    BookError,
    ClientKeyError,
    ConflictError,
    DutyError,
    LifecycleError,
    NotFoundError,
    StorageError,
)
from issuance.counter.errors import (
    CardNotInBookError,
    CardNotShownError,
    CounterError,
    ForeignDeskError,
    IdentityNotCheckedError,
    KeyNotLentError,
    KeysAbsentError,
    MandateError,
    NotADeskError,
    NotOfferedError,
    ParameterError,
    RandomUsedError,
    TicketOverError,
    TooManyUsesError,
    UnlikeCardError,
    WrongCardError,
)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:onecard:problem:"

# An error that no row names is a fault nobody foresaw.
STATUS_OF: Final[Mapping[type[ApiError | BookError], HTTPStatus]] = MappingProxyType(
    {
        NotJsonError: HTTPStatus.BAD_REQUEST,
        ClientKeyError: HTTPStatus.UNAUTHORIZED,
        NotFoundError: HTTPStatus.NOT_FOUND,
        MediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        InvalidFieldError: HTTPStatus.UNPROCESSABLE_ENTITY,
        WrongClientError: HTTPStatus.FORBIDDEN,
        HolderAbsentError: HTTPStatus.FORBIDDEN,
        NotServedError: HTTPStatus.NOT_IMPLEMENTED,
        TrustUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
        StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
        LifecycleError: HTTPStatus.CONFLICT,
        ConflictError: HTTPStatus.CONFLICT,
        DutyError: HTTPStatus.FORBIDDEN,
        NotADeskError: HTTPStatus.FORBIDDEN,
        ForeignDeskError: HTTPStatus.FORBIDDEN,
        KeyNotLentError: HTTPStatus.FORBIDDEN,
        MandateError: HTTPStatus.FORBIDDEN,
        TicketOverError: HTTPStatus.GONE,
        CardNotShownError: HTTPStatus.CONFLICT,
        WrongCardError: HTTPStatus.CONFLICT,
        UnlikeCardError: HTTPStatus.CONFLICT,
        CardNotInBookError: HTTPStatus.NOT_FOUND,
        NotOfferedError: HTTPStatus.CONFLICT,
        RandomUsedError: HTTPStatus.CONFLICT,
        IdentityNotCheckedError: HTTPStatus.CONFLICT,
        ParameterError: HTTPStatus.UNPROCESSABLE_ENTITY,
        TooManyUsesError: HTTPStatus.TOO_MANY_REQUESTS,
        KeysAbsentError: HTTPStatus.NOT_IMPLEMENTED,
        InsuranceFormError: HTTPStatus.SERVICE_UNAVAILABLE,
        UnknownError: HTTPStatus.NOT_FOUND,
        RefusedError: HTTPStatus.CONFLICT,
        ParameterMissingError: HTTPStatus.CONFLICT,
        CalculationError: HTTPStatus.UNPROCESSABLE_ENTITY,
        ServiceError: HTTPStatus.CONFLICT,  # whatever else a subject refuses
    }
)


class _Refusal(NamedTuple):
    code: str
    en: str
    zh: str


# What Flask itself refuses, by status.
_REFUSALS: Final[Mapping[int, _Refusal]] = MappingProxyType(
    {
        HTTPStatus.NOT_FOUND: _Refusal("no-such-route", "There is nothing here.", "此地址不存在。"),
        HTTPStatus.METHOD_NOT_ALLOWED: _Refusal(
            "method-not-allowed",
            "This address takes other methods: see the header Allow.",
            "此地址不支持该方法，请见 Allow 标头。",
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _Refusal(
            "too-large", "The body is too large.", "请求正文过大。"
        ),
    }
)
_OTHER_REFUSAL: Final = _Refusal("bad-request", "The request makes no sense.", "请求无法识别。")
_FAULT: Final = _Refusal("internal", "The service failed.", "服务出错。")

_log = logging.getLogger("onecard.api")


def register(app: Flask) -> None:
    """Answer every error of *app* with a problem."""
    for kind in STATUS_OF:
        app.register_error_handler(kind, _known)
    app.register_error_handler(HTTPException, _refused_by_flask)
    app.register_error_handler(Exception, _unforeseen)


def codes() -> list[str]:
    """Every code that a problem may have."""
    refusals = (*_REFUSALS.values(), _OTHER_REFUSAL, _FAULT)
    kinds = {*STATUS_OF, *_kinds(ServiceError)}
    return sorted({*(kind.code for kind in kinds), *(refusal.code for refusal in refusals)})


def _kinds(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _known(error: ApiError | BookError) -> Response:
    kind = next(kind for kind in STATUS_OF if isinstance(error, kind))
    status = STATUS_OF[kind]
    code = error.code if isinstance(error, ServiceError) else kind.code
    more: dict[str, str] = {}
    if isinstance(error, ServiceError | CounterError | WrongClientError | HolderAbsentError):
        more["remedy"], more["remedy_zh"] = error.remedy
    if isinstance(error, CounterError):
        # Whoever tries doors at a desk is seen; what was allowed is in the audit trail.
        asker = getattr(g.get("client"), "name", "nobody")
        _log.warning("%s for %s, request %s", kind.code, asker, g.request_id)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        incident = note_incident(error)
        refusal = _Refusal(code, *kind.cause)
        return _problem(status, refusal, incident=incident, **more)
    if isinstance(error, InvalidFieldError | ParameterError | CalculationError) and error.field:
        more["field"] = error.field
    answer = _problem(status, _Refusal(code, *error.cause), **more)
    if status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="onecard"'
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = "60"
    return answer


def _refused_by_flask(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirection is no problem
    answer = _problem(HTTPStatus(error.code), _REFUSALS.get(error.code, _OTHER_REFUSAL))
    answer.headers.extend(
        (name, value) for name, value in error.get_headers() if name != "Content-Type"
    )
    return answer


def _unforeseen(error: Exception) -> Response:
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, _FAULT, incident=note_incident(error))


def note_incident(error: Exception) -> str:
    """Write *error* to the log, under a number that the asker gets."""
    incident = secrets.token_hex(8)
    _log.error("incident %s, request %s", incident, g.request_id, exc_info=error)
    return incident


def _problem(status: HTTPStatus, refusal: _Refusal, **more: Any) -> Response:
    problem = {
        "type": TYPE_PREFIX + refusal.code,
        "title": status.phrase,
        "status": status.value,
        "code": refusal.code,
        "detail": refusal.en,
        "detail_zh": refusal.zh,
        **more,
    }
    return Response(json.dumps(problem), status=status.value, content_type=MEDIA_TYPE)
