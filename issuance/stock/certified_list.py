"""The cards and blanks that a certificate stands for, as a file: a JSON object a line."""

import json
from collections.abc import Iterable
from typing import Any

from issuance.stock.certificate import BlankLine, CardLine
from issuance.stock.errors import CertificateError


def dumps(cards: Iterable[CardLine], blanks: Iterable[BlankLine]) -> str:
    """The file's text, ASCII."""
    lines: list[dict[str, Any]] = [
        {
            "card": one.number,
            "state": one.state,
            "identification_code": _hex(one.identification_code),
            "blank": _hex(one.blank),
        }
        for one in cards
    ]
    lines += [
        {"first": one.first.hex().upper(), "count": one.count, "state": one.state} for one in blanks
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def loads(text: str | bytes) -> tuple[list[CardLine], list[BlankLine]]:
    """The cards and blanks in a file. Raises CertificateError for any other text."""
    try:
        lines = [json.loads(line) for line in text.splitlines()]
        return (
            [_card(line) for line in lines if "card" in line],
            [_blank(line) for line in lines if "card" not in line],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CertificateError(f"Not a list of cards and blanks ({error}).") from error


def _card(line: dict[str, Any]) -> CardLine:
    code, blank = (line[name] for name in ("identification_code", "blank"))
    return CardLine(
        number=line["card"],
        state=line["state"],
        identification_code=bytes.fromhex(code) if code else None,
        blank=bytes.fromhex(blank) if blank else None,
    )


def _blank(line: dict[str, Any]) -> BlankLine:
    return BlankLine(first=bytes.fromhex(line["first"]), count=line["count"], state=line["state"])


def _hex(data: bytes | None) -> str | None:
    return data.hex().upper() if data else None
