"""Every error of the services has its own code, says what to do, and ends in a status."""

import pytest

from api import problems
from api.console.insurance import pages
from api.services.errors import ServiceError

assert pages.bp  # loads every subject, and with it its errors


def kinds(kind: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    return [kind, *(one for below in kind.__subclasses__() for one in kinds(below))]


def test_no_two_have_the_same_code() -> None:
    codes = [kind.code for kind in kinds() if "code" in vars(kind)]
    assert len(set(codes)) == len(codes)
    assert set(codes) <= set(problems.codes())


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_it_says_what_to_do_in_both_languages(kind: type[ServiceError]) -> None:
    assert all((*kind.cause, *kind.remedy))
    assert any(issubclass(kind, row) for row in problems.STATUS_OF)
