"""What the issuer's server says of a card that a desk verified without it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from reader.offline_chain import Line
from reader.reconciliation import Basis, Later, Look, Outcome
from reader.server_errors import ServerMalformedError, ServerRefusedError
from reader.server_http import ask, require_secure, require_sendable
from reader.server_line import ServerLine

TIMEOUT: Final = 10.0  # seconds
NOT_FOUND: Final = "not-found"
VALID: Final = "valid"
EXPIRED: Final = "expired"
REFUSALS: Final = frozenset({"suspended", "revoked", "inactive"})


def by_server(address: str, key: str, *, ca: Path | None = None) -> Look:
    """Ask the service at *address* for the status at the moment of each line.

    A server that keeps no history answers with the status of now, and the line says so. Raises
    ServerError, also when called. *ca* as in `reader.server_line.ServerLine`.
    """
    require_secure(address)
    require_sendable(key)
    server = ServerLine(address, ca=ca, seconds=TIMEOUT)

    def look(line: Line) -> Later:
        number, at = line.entry.card_number, line.entry.at
        if number is None:
            return _undecided("it names no card", "条目没有卡号")
        path = f"/v1/cards/{quote(number, safe='')}/status?{urlencode({'at': at.isoformat()})}"
        try:
            answer = ask(server, key, "GET", path)
        except ServerRefusedError as refused:
            if refused.problem != NOT_FOUND:
                return _undecided(*refused.cause)
            return Later(outcome=Outcome.REFUSED, basis=Basis.LATER, status="unknown_card")
        return _later(at, answer.get("status"), answer.get("as_of"))

    return look


def _later(at: datetime, status: object, moment: object) -> Later:
    try:
        as_of = datetime.fromisoformat(moment if isinstance(moment, str) else "").astimezone(UTC)
    except ValueError as error:
        raise ServerMalformedError("as_of") from error
    then = as_of == at
    if status == VALID or (status == EXPIRED and not then):
        outcome = Outcome.CONFIRMED  # whether it had expired then, the desk saw itself
    elif status == EXPIRED or status in REFUSALS:
        outcome = Outcome.REFUSED
    else:
        raise ServerMalformedError("status")
    basis = Basis.THEN if then else Basis.LATER
    return Later(outcome=outcome, basis=basis, status=str(status), as_of=as_of)


def _undecided(english: str, chinese: str) -> Later:
    return Later(outcome=Outcome.UNDECIDED, why=(english, chinese))
