"""What a counter is like, as findings that a clerk can send: the readers and the card in them.

A finding names no person and no number of a card beyond its issuer's region: of an answer to reset
the serial number is left out.
"""

import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from crypto.errors import CryptoError
from reader.card_profile.atr import historical_bytes_of
from reader.connect import connect, reader_features, reader_states
from reader.errors import BlankCardError, CardRefusedError, NoReaderError, ReaderError
from reader.interface import interface_of, is_module_slot, named_interface
from reader.line_errors import MuteCardError
from reader.pin_pad import can_verify
from reader.reader_states import ReaderState
from reader.session import CardSession

LIBRARIES = ("onecard", "pyscard", "cryptography", "click", "cbor2", "websockets")
SERIAL_SIZE = 6
Text = tuple[str, str]  # English, Chinese


@unique
class State(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    NOTE = "note"  # may be meant so
    FAULT = "fault"  # something a clerk needs will not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. *code* is the error's where there is one."""

    subject: str
    state: State
    text: Text
    remedy: Text | None = None
    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "subject": self.subject,
            "state": self.state,
            "code": self.code or None,
            "text": dict(zip(("en", "zh"), self.text, strict=True)),
            "remedy": dict(zip(("en", "zh"), self.remedy, strict=True)) if self.remedy else None,
            "facts": dict(self.facts),
        }


def of_error(subject: str, error: ReaderError, state: State = State.FAULT, **facts: Any) -> Finding:
    """What an error says, as a finding."""
    detail = {"detail": error.detail} if error.detail else {}
    return Finding(
        subject=subject,
        state=state,
        text=error.cause,
        remedy=error.remedy,
        code=error.code,
        facts={**detail, **facts},
    )


def program() -> Finding:
    """What runs here, and on what."""
    versions = {name: _version(name) for name in LIBRARIES}
    machine = f"{platform.system()} {platform.release()} {platform.machine()}"
    text = f"onecard {versions['onecard']}, Python {platform.python_version()}, {machine}"
    facts = {
        "versions": versions,
        "python": platform.python_version(),
        "system": platform.platform(),
        "encoding": sys.stdout.encoding,
    }
    return Finding(subject="program", state=State.OK, text=(text, text), facts=facts)


def readers(
    look: Callable[[], Mapping[str, ReaderState]] = reader_states,
) -> Iterator[Finding]:
    """The service, each reader, and each card."""
    try:
        states = look()
    except ReaderError as error:
        yield of_error("service", error)
        return
    yield Finding(subject="service", state=State.OK, text=("PC/SC answers.", "PC/SC 服务正常。"))
    if not states:
        yield of_error("readers", NoReaderError())
    for name, state in states.items():
        yield _reader(name, state)
        if state.atr is not None and not is_module_slot(name):
            yield _card(name, state)


def without_serial(atr: bytes) -> str:
    """An answer to reset, in hexadecimal, with dots for the serial number of the chip."""
    try:
        historical = historical_bytes_of(atr)
    except ValueError:
        return f"{len(atr)} bytes"
    start = atr.rfind(historical) + len(historical) - SERIAL_SIZE
    shown = [f"{byte:02X}" for byte in atr]
    if len(historical) > SERIAL_SIZE:
        # A check byte behind it would give one byte of it away.
        shown[start:] = [".."] * (len(shown) - start)
    return " ".join(shown)


def _reader(name: str, state: ReaderState) -> Finding:
    features = reader_features(name)
    keypad = can_verify(features)
    english = "a card" if state.atr is not None else "no card"
    chinese = "有卡" if state.atr is not None else "无卡"
    if keypad:
        english, chinese = f"{english}, keypad", f"{chinese}，有密码键盘"
    facts = {
        "name": name,
        "interface": named_interface(name),
        "module_slot": is_module_slot(name),
        "in_use": state.in_use,
        "pin_pad": keypad,
        "features": [feature.name for feature in features],
    }
    text = (f"{name}: {english}.", f"{name}：{chinese}。")
    return Finding(subject="reader", state=State.OK, text=text, facts=facts)


def _card(reader: str, state: ReaderState) -> Finding:
    atr = state.atr or b""
    facts: dict[str, Any] = {"reader": reader, "interface": interface_of(atr, reader)}
    if state.mute:
        return of_error("card", MuteCardError(), **facts)
    facts["atr"] = without_serial(atr)
    try:
        with connect(reader=reader) as transport:
            session = CardSession(transport)
            facts |= {
                "version": session.profile.name,
                "region": session.identification_code.region,
            }
    except (BlankCardError, CardRefusedError) as error:  # of another kind: perhaps a PSAM
        return of_error("card", error, State.NOTE, **facts)
    except (ReaderError, CryptoError, ValueError) as error:
        known = error if isinstance(error, ReaderError) else ReaderError(str(error))
        return of_error("card", known, **facts)
    region, name = facts["region"], facts["version"]
    text = (f"A card {name} of region {region}.", f"{region} 地区的 {name} 卡。")
    return Finding(subject="card", state=State.OK, text=text, facts=facts)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
