"""``onecard bureau operators``: who may work with the book, and as what; its rules."""

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crypto.cli import open_key_store
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option, second_option
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as vouching
from issuance.database import reading, transaction
from issuance.people import administration, operators, rules
from issuance.people.administration import Credentials
from issuance.people.desk import ask_new_password, password_file_option
from issuance.people.operators import Listed
from issuance.people.rules import RULES, Rule
from issuance.roles import Role
from onecard.console import language, print_json, print_line, say

role_option = click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value.replace("_", "-") for role in Role]),
    help="Repeatable.",
)


@click.group("operators")
def operators_group() -> None:
    """Who may work with the book, and as what. 操作员管理。

    The first operator is an administrator; he adds the second. From then on every change takes
    two administrators: one logged in, one who gives password and code on the spot (--second).

    \b
    onecard bureau operators add Chen --role administrator
    onecard bureau login Chen
    onecard bureau operators add Zhou --role administrator
    onecard bureau operators add Zhang --role intake-clerk --second Zhou
    onecard bureau operators list
    """


@operators_group.command("list")
@json_option
@one_line_on_error
def list_operators(as_json: bool) -> None:
    """All operators, disabled ones too.

    \b
    onecard bureau operators list --json
    """
    with book() as engine, reading(engine) as session:
        found = operators.listing(session)
    if as_json:
        print_json({"operators": [_facts(one) for one in found]})
        return
    for one in found:
        roles = ", ".join(_role(role) for role in Role if role in one.roles)
        print_line(f"{one.operator.name:<16} {_state(one):<9} {roles}")
    if not found:
        say(
            "The book has no operators: names are taken on trust.",
            "台账尚无操作员：姓名凭信任采用。",
        )


@operators_group.command()
@click.argument("name")
@click.option("--display-name", default="", help="As it is shown; by default NAME.")
@role_option
@password_file_option
@operator_option
@second_option
@json_option
@one_line_on_error
def add(
    name: str,
    display_name: str,
    roles: tuple[str, ...],
    password_file: Path | None,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """Add the operator NAME, who types his own new password.

    Prints what he takes into his authenticator application; it cannot be had again.

    \b
    onecard bureau operators add Zhang --role intake-clerk --second Zhou
    onecard bureau operators add Zhang --role intake-clerk --second Zhou | qrencode -t ansiutf8
    """
    by, other = acting(operator), vouching(second)
    password = ask_new_password(name, password_file)
    store = open_key_store()
    with book(create=True) as engine, transaction(engine) as session:
        made = administration.add(
            session,
            store,
            name,
            display_name=display_name,
            roles=_parsed(roles),
            password=password,
            random=secrets.token_bytes,
            by=by,
            second=other,
            at=datetime.now(UTC),
        )
    _hand_over(made, as_json=as_json)


@operators_group.command("roles")
@click.argument("name")
@role_option
@operator_option
@second_option
@one_line_on_error
def set_roles(name: str, roles: tuple[str, ...], operator: str | None, second: str | None) -> None:
    """Give the operator NAME these roles, and no others.

    \b
    onecard bureau operators roles Zhang --role intake-clerk --role counter-clerk --second Zhou
    """
    _change(
        lambda session, **people: administration.set_roles(session, name, _parsed(roles), **people),
        operator,
        second,
    )


@operators_group.command()
@click.argument("name")
@password_file_option
@operator_option
@second_option
@json_option
@one_line_on_error
def reset(
    name: str,
    password_file: Path | None,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """Let NAME choose a new password, and print a new secret for his authenticator.

    Ends his sessions, opens a lock.

    \b
    onecard bureau operators reset Zhang --second Zhou
    """
    by, other = acting(operator), vouching(second)
    password = ask_new_password(name, password_file)
    store = open_key_store()
    with book() as engine, transaction(engine) as session:
        made = administration.reset(
            session,
            store,
            name,
            password=password,
            random=secrets.token_bytes,
            by=by,
            second=other,
            at=datetime.now(UTC),
        )
    _hand_over(made, as_json=as_json)


@operators_group.command()
@click.argument("name")
@operator_option
@second_option
@one_line_on_error
def disable(name: str, operator: str | None, second: str | None) -> None:
    """Let NAME act no more, for good; what he did stays in the trail.

    \b
    onecard bureau operators disable Zhang --second Zhou
    """
    _change(
        lambda session, **people: administration.disable(session, name, **people),
        operator,
        second,
    )


@operators_group.command("rule")
@click.argument("name", required=False, type=click.Choice([rule.value for rule in Rule]))
@click.argument("value", required=False, type=int)
@operator_option
@second_option
@json_option
@one_line_on_error
def set_rule(
    name: str | None, value: int | None, operator: str | None, second: str | None, as_json: bool
) -> None:
    """Show the rules of the book, or set one.

    \b
    onecard bureau operators rule
    onecard bureau operators rule idle_minutes 30 --second Zhou
    """
    if name is not None and value is not None:
        rule = Rule(name)
        _change(
            lambda session, **people: administration.set_rule(session, rule, value, **people),
            operator,
            second,
        )
        return
    with book() as engine, reading(engine) as session:
        values = {rule: rules.value(session, rule) for rule in Rule if name in (None, rule.value)}
    if as_json:
        print_json({rule.value: found for rule, found in values.items()})
        return
    for rule, found in values.items():
        print_line(f"{rule.value:<18} {found:>4}  {RULES[rule].meaning[language() == 'zh']}")


def _change(use_case: Callable[..., bool], operator: str | None, second: str | None) -> None:
    by, other = acting(operator), vouching(second)
    with book() as engine, transaction(engine) as session:
        changed = use_case(session, by=by, second=other, at=datetime.now(UTC))
    if changed:
        say("Done.", "已办理。")
    else:
        say("It was so before.", "此前已如此。")


def _parsed(roles: Sequence[str]) -> set[Role]:
    return {Role(role.replace("-", "_")) for role in roles}


def _hand_over(made: Credentials, *, as_json: bool) -> None:
    if as_json:
        print_json({"operator": made.operator, "otpauth": made.uri})
        return
    say(
        f"For the authenticator application of {made.operator}; it cannot be had again:",
        f"请由 {made.operator} 存入其身份验证器，此后无法再次获取：",
    )
    print_line(made.uri)


def _facts(one: Listed) -> dict[str, Any]:
    return {
        "name": one.operator.name,
        "display_name": one.operator.display_name,
        "roles": [_role(role) for role in Role if role in one.roles],
        "state": _state(one),
    }


def _state(one: Listed) -> str:
    if one.operator.disabled_at is not None:
        return "disabled"
    until = one.operator.locked_until
    return "locked" if until is not None and until > datetime.now(UTC) else "active"


def _role(role: Role) -> str:
    return role.value.replace("_", "-")
