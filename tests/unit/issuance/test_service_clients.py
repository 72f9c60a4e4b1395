"""Keys of service systems, and challenges that count once."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from issuance import audit, challenges, clients
from issuance.book_errors import ChallengeError, ClientKeyError, ConflictError, NotFoundError
from issuance.clients import ClientKind
from issuance.database import reading, transaction
from tests.bureau import CHIEF, NOW, Bureau, bureau


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


def _create(desk: Bureau, name: str = "hospital-1") -> str:
    with transaction(desk.engine) as session:
        return clients.create(session, name, random=desk.random, by=CHIEF, at=NOW)


def _issue(desk: Bureau) -> bytes:
    with transaction(desk.engine) as session:
        return challenges.issue(session, random=desk.random, at=NOW)


def _redeem(desk: Bureau, value: bytes, *, after: timedelta = timedelta()) -> str:
    """'accepted', or why not."""
    try:
        with transaction(desk.engine) as session:
            challenges.redeem(session, value, at=NOW + after)
    except ChallengeError as error:
        return error.reason
    return "accepted"


def test_a_client_is_known_by_its_key(desk: Bureau) -> None:
    key = _create(desk)
    with reading(desk.engine) as session:
        assert clients.authenticate(session, key) == ("hospital-1", ClientKind.SERVICE)
        assert [client.name for client in clients.listing(session)] == ["hospital-1"]


def test_the_book_does_not_hold_the_key(desk: Bureau) -> None:
    key = _create(desk)
    with desk.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM api_client")).one()
    assert key not in repr(tuple(row))
    assert key.encode() not in b"".join(value for value in row if isinstance(value, bytes))


@pytest.mark.parametrize("key", ["", "oc_", "oc_" + "A" * 43, "\N{SNOWMAN}"])
def test_another_key_is_not_accepted(desk: Bureau, key: str) -> None:
    _create(desk)
    with reading(desk.engine) as session, pytest.raises(ClientKeyError):
        clients.authenticate(session, key)


def test_a_revoked_key_is_not_accepted(desk: Bureau) -> None:
    key = _create(desk)
    with transaction(desk.engine) as session:
        assert clients.revoke(session, "hospital-1", by=CHIEF, at=NOW)
        assert not clients.revoke(session, "hospital-1", by=CHIEF, at=NOW)
    with reading(desk.engine) as session, pytest.raises(ClientKeyError):
        clients.authenticate(session, key)


def test_a_client_s_name_is_given_once(desk: Bureau) -> None:
    _create(desk)
    with pytest.raises(ConflictError):
        _create(desk)


def test_an_unknown_client_is_told(desk: Bureau) -> None:
    with transaction(desk.engine) as session, pytest.raises(NotFoundError):
        clients.revoke(session, "nobody", by=CHIEF, at=NOW)


def test_clients_are_in_the_trail_of_the_office(desk: Bureau) -> None:
    _create(desk)
    with reading(desk.engine) as session:
        assert [(head.chain, head.length) for head in audit.verify(session)] == [(audit.OFFICE, 1)]


def test_a_challenge_is_accepted_once(desk: Bureau) -> None:
    value = _issue(desk)
    assert [_redeem(desk, value), _redeem(desk, value)] == ["accepted", "used"]


def test_challenges_differ(desk: Bureau) -> None:
    assert _issue(desk) != _issue(desk)


def test_an_old_challenge_is_refused(desk: Bureau) -> None:
    value = _issue(desk)
    assert _redeem(desk, value, after=challenges.LIFETIME) == "expired"


def test_a_challenge_of_others_is_refused(desk: Bureau) -> None:
    assert _redeem(desk, bytes(challenges.SIZE)) == "unknown"


def test_of_many_who_redeem_one_challenge_at_once_one_is_accepted(desk: Bureau) -> None:
    value, answers = _issue(desk), list[str]()
    threads = [
        threading.Thread(target=lambda: answers.append(_redeem(desk, value))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["accepted", *["used"] * 4]


def test_old_challenges_are_forgotten(desk: Bureau) -> None:
    value = _issue(desk)
    with transaction(desk.engine) as session:
        assert challenges.forget(session, before=NOW) == 0
        assert challenges.forget(session, before=NOW + challenges.LIFETIME * 2) == 1
    assert _redeem(desk, value) == "unknown"
