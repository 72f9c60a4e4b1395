"""The operators and the rules of the book, for administrators; every change takes two of them."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from api.config import service
from api.console import bureau_frame, forms
from api.console.bureau_frame import MASTER
from api.console.errors import FieldError, NoConsoleError
from api.console.people import only
from issuance.changes import Change
from issuance.people import administration, operators, rules
from issuance.people.administration import Credentials
from issuance.people.rules import RULES, Rule
from issuance.qr_code import address_code
from issuance.roles import Role

bp = Blueprint("operators", __name__, url_prefix="/operators")
bp.before_request(only(*MASTER))


@bp.get("/")
def page() -> ResponseReturnValue:
    """Everybody, with roles and locks; the rules of the book."""
    with service().book.reading() as session:
        listed = operators.listing(session)
        held = [(rule, bounds, rules.value(session, rule)) for rule, bounds in RULES.items()]
    return render_template(
        "bureau/operators.html", listed=listed, rules=held, roles=list(Role), at=bureau_frame.now()
    )


@bp.get("/one")
def show() -> ResponseReturnValue:
    """One operator, with the forms. Raises NotFoundError."""
    with service().book.reading() as session:
        operator = operators.get(session, bureau_frame.chosen("name") or "-")
        given = operators.roles(session, [operator.key]).get(operator.key, set())
    return render_template(
        "bureau/operator.html",
        operator=operator,
        given=given,
        roles=list(Role),
        at=bureau_frame.now(),
    )


@bp.post("/add")
def add() -> ResponseReturnValue:
    """A new operator; what his authenticator takes in is shown once."""
    keys = _keys()
    name, shown = forms.text("name", limit=64), forms.text("display_name", limit=64)
    chosen, password = _roles(), _password()

    def work(session: Any, second: str | None) -> Credentials:
        return administration.add(
            session,
            keys,
            name,
            display_name=shown,
            roles=chosen,
            password=password,
            random=service().random,
            cost=service().password_cost,
            by=bureau_frame.me(),
            second=second,
            at=bureau_frame.now(),
        )

    return _shown_once(bureau_frame.change_by_two(work))


@bp.post("/reset")
def reset() -> ResponseReturnValue:
    """A new password and a new secret, as after a lost telephone."""
    keys, name, password = _keys(), _name(), _password()

    def work(session: Any, second: str | None) -> Credentials:
        return administration.reset(
            session,
            keys,
            name,
            password=password,
            random=service().random,
            cost=service().password_cost,
            by=bureau_frame.me(),
            second=second,
            at=bureau_frame.now(),
        )

    return _shown_once(bureau_frame.change_by_two(work))


@bp.post("/roles")
def set_roles() -> ResponseReturnValue:
    """These roles and no others."""
    name, chosen = _name(), _roles()

    def work(session: Any, second: str | None) -> bool:
        by, at = bureau_frame.me(), bureau_frame.now()
        return administration.set_roles(session, name, chosen, by=by, second=second, at=at)

    return bureau_frame.told(bureau_frame.change_by_two(work), "operators.page")


@bp.post("/disable")
def disable() -> ResponseReturnValue:
    """Let an operator act no more."""
    name = _name()

    def work(session: Any, second: str | None) -> bool:
        by, at = bureau_frame.me(), bureau_frame.now()
        return administration.disable(session, name, by=by, second=second, at=at)

    return bureau_frame.told(bureau_frame.change_by_two(work), "operators.page")


@bp.post("/rule")
def set_rule() -> ResponseReturnValue:
    """A rule of the book."""
    rule, value = bureau_frame.one_of("rule", Rule), bureau_frame.amount("value")

    def work(session: Any, second: str | None) -> bool:
        by, at = bureau_frame.me(), bureau_frame.now()
        return administration.set_rule(session, rule, value, by=by, second=second, at=at)

    return bureau_frame.told(bureau_frame.change_by_two(work), "operators.page")


def _shown_once(done: Change[Credentials]) -> ResponseReturnValue:
    return render_template(
        "bureau/credentials.html",
        made=done.value,
        picture=address_code(done.value.uri),
        audit=done.reference,
    )


def _keys() -> Any:
    keys = service().keys
    if keys is None:
        raise NoConsoleError
    return keys


def _password() -> str:
    """The new password, typed twice by its owner. Raises FieldError."""
    given = request.form.get("password", "")
    if given != request.form.get("password_again", ""):
        raise FieldError("password_again", "")
    return given


def _name() -> str:
    return forms.text("name", limit=64) or "-"


def _roles() -> set[Role]:
    given = request.form.getlist("role")
    known = {role.value: role for role in Role}
    if unknown := [one for one in given if one not in known]:
        raise FieldError("role", unknown[0])
    return {known[one] for one in given}
