"""How ``onecard verify`` tells of a presence token."""

from datetime import datetime

from crypto.trust import TrustList
from onecard.console import Exit, fail, language, print_json, print_line
from reader.presence import (
    VALID,
    PresenceError,
    PresenceExpiredError,
    PresenceToken,
    verify_presence,
)

TIME = "%Y-%m-%d %H:%M %Z"


def verify_token(text: str, trust: TrustList, *, now: datetime, as_json: bool) -> None:
    """Say which card was at which desk; exit code 1 unless that may still be acted on."""
    try:
        found = verify_presence(text, trust=trust, now=now)
    except PresenceExpiredError as expired:
        known = verify_presence(text, trust=trust, now=None)
        _refuse(expired, known, as_json=as_json)
    except PresenceError as error:
        _refuse(error, None, as_json=as_json)
    else:
        if as_json:
            print_json(_json("valid", found))
        else:
            print_line(f"valid: {VALID[language() == 'zh']}")
            _print(found)


def _refuse(error: PresenceError, token: PresenceToken | None, *, as_json: bool) -> None:
    if as_json:
        print_json(_json(error.code, token))
        raise SystemExit(Exit.REFUSED)
    if token is not None:
        _print(token)
    fail(Exit.REFUSED, *error.cause, remedy=error.remedy)


def _print(token: PresenceToken) -> None:
    minute = token.minute.astimezone().strftime(TIME)
    print_line(f"{token.card_number}  {token.desk}  {token.clerk}  {token.purpose}  {minute}")


def _json(verdict: str, token: PresenceToken | None) -> dict[str, object]:
    return {
        "verdict": verdict,
        "valid": verdict == "valid",
        "issuer": token.key.name if token and token.key else None,
        "presence": token.to_json() if token else None,
    }
