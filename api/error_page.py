"""The documentation page docs/errors.md: every error that a person can meet, drawn from the code.

`python -m api.error_page > docs/errors.md`; a test compares the two. Packages are found as the
command finds them, by their entry points, and their errors by importing every module.
"""

import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from api.problems import STATUS_OF
from issuance import inspection_faults
from issuance.exchange import faults as exchange_faults
from issuance.inspection_faults import InspectionError
from issuance.intake import faults as intake_faults
from issuance.intake import reasons as intake_reasons
from onecard.command import GROUP
from onecard.console import Exit

# Modules that are run, not imported: the way in, and Alembic's scripts.
RUN_ONLY = ("__main__", "migrations")
LANGUAGES = (0, 1)  # English, Chinese

Text = tuple[str, str]

_OPENING = """# Errors

Every error that a clerk, an operator or a service system can meet: what happened, what to do, and
how a command (`exit`) or the service (`HTTP`) ends with it. Drawn from the code by
`python -m api.error_page > docs/errors.md`; a test compares the two.

A command tells an error in one line on standard error, in the language of the run. With `--json`
the last line there is an object instead, and standard output stays empty:

```json
{"error": {"code": "wrong-pin", "cause": {"en": "…", "zh": "…"}, "remedy": {"en": "…", "zh": "…"},
           "exit": 5, "tries_left": 5, "sw": "63C5"}}
```

`code` is stable; sentences may change. Where a cause names a number, a file or a person, the table
shows the sentence without it. Errors of keys and proofs end `onecard keys` with the code shown, and
every other command with 7. What `exit` means stands in [architecture.md](architecture.md#errors).
"""

_PACKAGES: Mapping[str, str] = {
    "onecard": "Settings",
    "crypto": "Keys, proofs and exchanged files",
    "reader": "Readers, cards and the counter",
    "issuance": "The issuer's book and the bureau",
    "api": "The service over HTTP and the demonstration",
    "hardware_sim": "Simulated hardware",
}


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One error class as people and programs meet it."""

    kind: type[BaseException]
    code: str
    causes: tuple[Text, ...]
    remedy: Text
    exit: Exit | None
    http: HTTPStatus | None


def error_classes() -> list[type[BaseException]]:
    """Every exception class of the packages, by module and name."""
    found = {
        kind
        for module in _modules()
        for kind in vars(module).values()
        if inspect.isclass(kind)
        and issubclass(kind, BaseException)
        and kind.__module__ == module.__name__
    }
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


def is_for_people(kind: type[BaseException]) -> bool:
    """Whether the class says what to do; others become such a one before anybody meets them."""
    return hasattr(kind, "remedy") and hasattr(kind, "code")


def entry_of(kind: type[Any]) -> ErrorEntry:
    """What the class says of itself."""
    return ErrorEntry(
        kind=kind,
        code=kind.code,
        causes=tuple(_causes(kind)),
        remedy=(str(kind.remedy[0]), str(kind.remedy[1])),
        exit=_exit_of(kind),
        http=next((code for one, code in STATUS_OF.items() if issubclass(kind, one)), None),
    )


def page() -> str:
    """The whole page."""
    parts = [_OPENING]
    classes = error_classes()
    for package, title in _PACKAGES.items():
        own = [kind for kind in classes if kind.__module__.partition(".")[0] == package]
        entries = [entry_of(kind) for kind in own if is_for_people(kind)]
        parts += [f"## {title}\n", _table(sorted(entries, key=lambda entry: entry.code))]
    parts += [_REASONS, *(_reasons(*table) for table in _reason_tables())]
    inside = [kind for kind in classes if not is_for_people(kind)]
    parts += [_INSIDE, *(f"- {_inside(kind)}" for kind in inside)]
    return "\n".join(parts) + "\n"


_REASONS = """## Reasons

Some errors name a reason of their own (`reason` in a report); `{…}` stands for what is named.
"""
_INSIDE = """## Inside the program

Nobody meets these: whoever calls turns them into one of the above, a status word or a
row of a report.
"""


def _causes(kind: type[Any]) -> Iterator[Text]:
    """The sentences of the class: one for each reason it knows, its own, or its docstring's."""
    if "_SENTENCES" in vars(kind):
        yield from kind._SENTENCES.values()
    elif "cause" in vars(kind) or not hasattr(kind, "zh"):
        yield kind.cause
    else:
        yield f"{(kind.__doc__ or '').partition('. ')[0].strip().rstrip('.')}.", f"{kind.zh}。"


def _exit_of(kind: type[BaseException]) -> Exit | None:
    package = kind.__module__.partition(".")[0]
    for name in (f"{package}.cli_edge", f"{package}.cli", f"{package}.command"):
        try:
            table = import_module(name).EXITS
        except (ModuleNotFoundError, AttributeError):
            continue
        return next((code for one, code in table if issubclass(kind, one)), None)
    return None


def _modules() -> Iterator[ModuleType]:
    """Every module of the packages that register commands, and of the one they share."""
    packages = {found.value.partition(".")[0] for found in entry_points(group=GROUP)} | {"onecard"}
    for name in sorted(packages):
        package = import_module(name)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if any(part in found.name.split(".") for part in RUN_ONLY):
                continue
            try:
                yield import_module(found.name)
            except ModuleNotFoundError as error:
                if (error.name or "").partition(".")[0] in packages:
                    raise
                # A library of an extra that is not installed here.


def _reason_tables() -> Iterator[tuple[str, Mapping[str, tuple[Text, Text | None]]]]:
    """Title, and by reason what happened and what to do; None where the error says that."""
    yield (
        "A bureau's file as a whole (`intake`)",
        {reason: (text.cause, text.remedy) for reason, text in intake_faults.TEXTS.items()},
    )
    rows = intake_reasons.SENTENCES.items()
    yield "A row of a bureau's file", {reason.value: (text, None) for reason, text in rows}
    files = exchange_faults.FILE_FAULTS.items()
    yield "An exchanged file (`exchange-file`)", {reason: (text, None) for reason, text in files}
    yield (
        "A card at its inspection (`inspection`)",
        {
            fault.value: (cause, inspection_faults.REMEDIES.get(fault, InspectionError.remedy))
            for fault, cause in inspection_faults.CAUSES.items()
        },
    )


def _reasons(title: str, reasons: Mapping[str, tuple[Text, Text | None]]) -> str:
    lines = [f"### {title}\n", "| reason | what happened | what to do |", "| --- | --- | --- |"]
    for reason, (cause, remedy) in reasons.items():
        lines.append(_row(f"`{reason}`", "<br>".join(cause), "<br>".join(remedy or ())))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _table(entries: list[ErrorEntry]) -> str:
    lines = [
        "| code | what happened | what to do | exit | HTTP |",
        "| --- | --- | --- | --- | --- |",
    ]
    for entry in entries:
        causes = "<br>".join(cause[language] for language in LANGUAGES for cause in entry.causes)
        ends = (
            "" if entry.exit is None else str(int(entry.exit)),
            "" if entry.http is None else str(entry.http.value),
        )
        lines.append(_row(f"`{entry.code}`", causes, "<br>".join(entry.remedy), *ends))
    return "\n".join(lines) + "\n"


def _inside(kind: type[BaseException]) -> str:
    said = (kind.__doc__ or "").partition("\n")[0]
    return f"`{kind.__module__}.{kind.__name__}`: {said}"


if __name__ == "__main__":
    print(page(), end="")
