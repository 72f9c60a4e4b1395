"""What the bureau's pages have in common: who may enter, changes and their outcome, the frame."""

import re
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, Final, TypeVar

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_words, forms
from api.console.errors import FieldError, NoConsoleError
from api.console.language import say, words
from api.console.people import signed_in, who
from api.console.remedies import Sentence
from issuance import audit_log, changes
from issuance.audit_log import Entry
from issuance.changes import Change
from issuance.instants import CHINA
from issuance.people.authentication import Proof
from issuance.roles import Role

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

BUREAU: Final = tuple(role for role in Role if role is not Role.COUNTER_CLERK)
STOCK: Final = (
    Role.STOCK_KEEPER,
    Role.PRODUCER,
    Role.INSPECTOR,
    Role.RECONCILER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
PERSONAL: Final = (Role.INTAKE_CLERK, Role.APPROVER, Role.AUDITOR)
MASTER: Final = (Role.ADMINISTRATOR,)
TRAIL: Final = (Role.AUDITOR, Role.ADMINISTRATOR)

# Endpoint, name, and who sees it in the line of places.
TABS: Final[tuple[tuple[str, Sentence, tuple[Role, ...]], ...]] = (
    ("overview", ("Overview", "总览"), BUREAU),
    ("batches", ("Batches", "批次"), BUREAU),
    ("stock", ("Stock", "库存"), STOCK),
    ("yields", ("Yields", "成品率"), STOCK),
    ("applications", ("Applications", "申请"), PERSONAL),
    ("operators", ("Operators", "操作员"), MASTER),
    ("trail", ("Audit trail", "审计"), TRAIL),
)
DIGITS: Final = 9  # of a figure in a form: what fits the book's columns
_REFERENCE: Final = re.compile(r"([a-z0-9-]{1,16})-([0-9]{6,10})")
_NOT_HERE: Final = 1 << 31


def now() -> datetime:
    """The moment of this request: a change and its entries have the same."""
    known: datetime | None = g.get("bureau_now")
    if known is None:
        known = g.bureau_now = service().now()
    return known


def me() -> str:
    """The name of the operator who asks."""
    return who().name


def is_one_of(*roles: Role) -> bool:
    """Whether he has one of these roles."""
    return not who().roles.isdisjoint(roles)


def change(work: Callable[[Any], T]) -> Change[T]:
    """Do *work* (of a session) in a transaction. Raises what it raises."""
    return changes.change(service().book.engine, work, by=me(), at=now())


def change_by_two(work: Callable[[Any, str | None], T]) -> Change[T]:
    """Do *work* (of a session and a second name) with the second person of the form.

    Raises what it raises, LoginError, LockedError.
    """
    keys, name = service().keys, forms.text("second")
    if keys is None:
        raise NoConsoleError
    engine = service().book.engine
    if not name:  # the use case says whether it takes two
        return changes.change(engine, lambda session: work(session, None), by=me(), at=now())
    return changes.change_by_two(
        engine,
        keys,
        work,
        Proof(name, request.form.get("second_password", ""), forms.text("second_code")),
        by=me(),
        at=now(),
        random=service().random,
        cost=service().password_cost,
    )


def told(done: Change[Any], endpoint: str, **values: Any) -> ResponseReturnValue:
    """The page that follows a change, with its number in the trail."""
    more: dict[str, Any] = {"audit": done.reference} if done.changed else {"said": "as-before"}
    return redirect(url_for(f"console.bureau.{endpoint}", **values, **more), forms.STATUS)


def amount(name: str) -> int:
    """A whole number of the form. Raises FieldError."""
    given = forms.text(name, limit=40)
    if not (given.isascii() and given.isdigit() and len(given) <= DIGITS):
        raise FieldError(name, given)
    return int(given)


def one_of(name: str, known: type[E]) -> E:
    """A value of the form that is one of an enumeration's. Raises FieldError."""
    given = forms.text(name, limit=40)
    found = next((one for one in known if one.value == given), None)
    if found is None:
        raise FieldError(name, given)
    return found


def page_number() -> int:
    """The page that the address asks for; the first one for anything that is no number."""
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 1


def chosen(name: str, limit: int = 64) -> str:
    """A value of the address, cut to a sound length."""
    return request.args.get(name, "").strip()[:limit]


def outcome() -> Entry | None:
    """The entry that this page's address names, if it tells what this person did."""
    found = _REFERENCE.fullmatch(request.args.get("audit", ""))
    if not found or int(found[2]) >= _NOT_HERE:
        return None
    with service().book.reading() as session:
        entries = audit_log.page(session, found[1], before=int(found[2]) + 1, limit=1).entries
    if not entries or entries[0].number != int(found[2]) or entries[0].by != me():
        return None
    return entries[0]


def shared() -> dict[str, object]:
    """What every template of the bureau may use, the one that says who is not let in too."""
    person = signed_in()
    mine = person.roles if person else frozenset()
    return {
        "tabs": [
            (f"console.bureau.{place}.page", names)
            for place, names, roles in TABS
            if not mine.isdisjoint(roles)
        ],
        "outcome": outcome() if person else None,
        "term": lambda value: words(bureau_words.name(value)),
        "moment": moment,
        "age": age,
        "listed": lambda some: say(", ", "、").join(some),
        "back": _back(),
        "figures": bureau_words.FIGURES,
    }


def moment(at: datetime | None, *, seconds: bool = False) -> str:
    """As people in the bureau read it."""
    form = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return at.astimezone(CHINA).strftime(form) if at else "–"


def age(at: datetime | None) -> str:
    """How long ago, in the largest unit that fits."""
    if at is None:
        return "–"
    minutes = max(int((now() - at).total_seconds() // 60), 0)
    if minutes < 60:
        return say("{n} min", "{n} 分钟", n=minutes)
    if minutes < 48 * 60:
        return say("{n} h", "{n} 小时", n=minutes // 60)
    return say("{n} days", "{n} 天", n=minutes // (24 * 60))


def _back() -> str:
    """Where a form that was refused goes back to: the page that it stands on."""
    if request.method != "POST" or not request.view_args:
        return ""
    batch = request.view_args.get("batch_id")
    return url_for("console.bureau.batches.show", batch_id=batch) if batch else ""
