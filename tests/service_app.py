"""The HTTP application for tests: routes and templates take longest to compile, so an application
that nobody uses any more takes on the next service."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from flask import Flask

from api.app import create_app
from api.config import Service
from onecard.settings import Settings
from tests.staff import CHEAP

_FREE: list[Flask] = []


@contextmanager
def service_app(
    settings: Settings, *, now: Callable[[], datetime], random: Callable[[int], bytes]
) -> Iterator[Flask]:
    """An application over what *settings* name; a password costs it next to nothing."""
    service = Service.open(settings, now=now, random=random, password_cost=CHEAP)
    app = _FREE.pop() if _FREE else _new(settings)
    service.install(app)
    try:
        yield app
    finally:
        service.book.close()
        _FREE.append(app)


def _new(settings: Settings) -> Flask:
    app = create_app(settings)
    app.extensions["onecard"].book.close()
    return app
