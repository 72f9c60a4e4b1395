"""Errors as pages: the same table as the service's problem details, for people.

A page that a script fetches (header `X-Fragment`) gets the inner part alone.
"""

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from api import problems
from api.console import remedies
from api.console.errors import ConsoleError, FieldError, FormError, NoConsoleError, SignerError
from api.errors import ApiError
from issuance.book_errors import BookError, DutyError
from issuance.errors import IntakeError, IssuanceError
from issuance.people.errors import LoginError, SessionError

FRAGMENT: Final = "X-Fragment"

# What only a person at the console meets; the rest is in `api.problems`.
STATUS_OF: Final[dict[type[ApiError | IssuanceError], HTTPStatus]] = {
    FormError: HTTPStatus.FORBIDDEN,
    FieldError: HTTPStatus.UNPROCESSABLE_ENTITY,
    SignerError: HTTPStatus.SERVICE_UNAVAILABLE,
    LoginError: HTTPStatus.FORBIDDEN,
    DutyError: HTTPStatus.FORBIDDEN,
    BookError: HTTPStatus.CONFLICT,
    IntakeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoConsoleError: HTTPStatus.SERVICE_UNAVAILABLE,
    SessionError: HTTPStatus.UNAUTHORIZED,
}
_REFUSED: Final = {
    HTTPStatus.NOT_FOUND: (
        ("There is no such page.", "没有此页面。"),
        ("Take one of the places above.", "请从上方导航进入。"),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        ("This address is reached from a form only.", "此地址只能由表单提交。"),
        ("Open the page and use its button.", "请打开页面并使用其中的按钮。"),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        ("What was sent is too large.", "提交的内容过大。"),
        (
            "Shorten it and send it again; a photo has at most 40 KB.",
            "请缩减后重新提交；相片不超过 40 KB。",
        ),
    ),
}
_OTHER: Final = (
    ("The request makes no sense.", "请求无法识别。"),
    ("Open the page again.", "请重新打开页面。"),
)
_FAULT: Final = (
    ("The service failed.", "服务出错。"),
    (
        "Try again. If it stays, give the incident number to whoever runs the service.",
        "请重试；若仍出现，请将事件编号告知系统管理人员。",
    ),
)


def register(root: Blueprint) -> None:
    """Answer every error in the console with a page."""
    root.register_error_handler(SessionError, _not_logged_in)
    root.register_error_handler(ApiError, known)
    root.register_error_handler(BookError, known)
    root.register_error_handler(IntakeError, known)
    root.register_error_handler(HTTPException, _refused)
    root.register_error_handler(Exception, _unforeseen)


def is_fragment() -> bool:
    """Whether a script asks, which puts the answer into a page."""
    return FRAGMENT in request.headers


def _not_logged_in(error: SessionError) -> ResponseReturnValue:
    """To the login, and back afterwards; what was sent with a form is not kept."""
    if request.method == "GET" and not is_fragment():
        target = request.full_path.rstrip("?")
        return redirect(url_for("console.login.page", said=error.reason, next=target))
    remedy = ("Log in again in this browser.", "请在此浏览器中重新登录。")
    return _page(HTTPStatus.UNAUTHORIZED, error.code, error.cause, remedy)


def known(error: ApiError | IssuanceError) -> ResponseReturnValue:
    """The page of an error of the tables."""
    found = status_of(error)
    if found is None:
        return _unforeseen(error)
    incident = problems.note_incident(error) if found >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
    hidden = incident and not isinstance(error, ConsoleError)
    cause = type(error).cause if hidden else error.cause
    return _page(found, error.code, cause, remedies.of(error), incident=incident)


def status_of(error: ApiError | IssuanceError) -> HTTPStatus | None:
    """The status of an error of the tables; None of one that nobody foresaw."""
    table: dict[type[Any], HTTPStatus] = {**problems.STATUS_OF, **STATUS_OF}
    return next((table[kind] for kind in type(error).__mro__ if kind in table), None)


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    status = HTTPStatus(error.code)
    return _page(status, str(status.value), *_REFUSED.get(status, _OTHER))


def _unforeseen(error: Exception) -> ResponseReturnValue:
    incident = problems.note_incident(error)
    return _page(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", *_FAULT, incident=incident)


def _page(
    status: HTTPStatus,
    code: str,
    cause: tuple[str, str],
    remedy: tuple[str, str],
    *,
    incident: str = "",
) -> ResponseReturnValue:
    template = "error_fragment.html" if is_fragment() else "error.html"
    told = {"code": code, "cause": cause, "remedy": remedy, "incident": incident}
    return render_template(template, **told), status
