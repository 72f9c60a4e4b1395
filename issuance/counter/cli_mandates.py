"""``onecard bureau mandate``: who acts for a holder, in what, until when (代办委托)."""

import secrets
from datetime import UTC, datetime, time
from typing import Any

import click

from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.counter import looks, mandates, tickets
from issuance.counter.models import Mandate
from issuance.database import reading, transaction
from issuance.instants import CHINA
from onecard.console import language, print_json, print_line, say

purpose_option = click.option(
    "--purpose", required=True, metavar="TEXT", help="Why you look; kept in the audit trail."
)


@click.group()
def mandate() -> None:
    """Who may act for a holder at a counter, and in what. 代办委托。

    \b
    onecard bureau mandate add 11010519491231002X --agent 李四 --agent-number 110105198001010016 \\
        --relation daughter --action loss_temporary --until 2026-12-31
    onecard bureau mandate list 11010519491231002X --purpose enquiry
    onecard bureau mandate revoke MANDATE
    """


@mandate.command()
@click.argument("holder", metavar="NUMBER")
@click.option("--agent", "agent_name", required=True, metavar="NAME", help="Who will act.")
@click.option("--agent-number", required=True, metavar="NUMBER", help="His citizen number.")
@click.option("--relation", required=True, metavar="TEXT", help="What he is to the holder.")
@click.option(
    "--action",
    "actions",
    required=True,
    multiple=True,
    type=click.Choice(mandates.BY_MANDATE),
    help="What he may do; again for more.",
)
@click.option(
    "--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day (in China)."
)
@click.option("--id", "mandate_id", metavar="MANDATE", help="Of an earlier try, to do it once.")
@operator_option
@json_option
@one_line_on_error
def add(
    holder: str,
    agent_number: str,
    actions: tuple[str, ...],
    until: datetime,
    mandate_id: str | None,
    operator: str | None,
    as_json: bool,
    **facts: Any,
) -> None:
    """Let somebody act for the holder with this citizen number; its clerk saw both documents.

    \b
    onecard bureau mandate add 11010519491231002X --agent 李四 --agent-number 110105198001010016 \\
        --relation daughter --action loss_temporary --action cancel --until 2026-12-31
    """
    clerk, at = acting(operator), datetime.now(UTC)
    with book() as engine, transaction(engine) as session:
        granted = mandates.grant(
            session,
            mandate_id or tickets.new_id(secrets.token_bytes),
            holder_number=holder.upper(),
            agent_number=agent_number.upper(),
            actions=[*dict.fromkeys(actions)],
            until_at=datetime.combine(until.date(), time(23, 59, 59), CHINA),
            clerk=clerk,
            at=at,
            **facts,
        )
        shown = _facts(granted, at)
    if as_json:
        print_json(shown)
    say(f"Mandate {shown['mandate']} is granted.", f"代办委托 {shown['mandate']} 已登记。")


@mandate.command("list")
@click.argument("holder", metavar="NUMBER")
@purpose_option
@operator_option
@json_option
@one_line_on_error
def list_mandates(holder: str, purpose: str, operator: str | None, as_json: bool) -> None:
    """The mandates of the holder with this citizen number, ended ones included.

    \b
    onecard bureau mandate list 11010519491231002X --purpose enquiry --json
    """
    clerk, at = acting(operator), datetime.now(UTC)
    with book() as engine, transaction(engine) as session:
        noted: dict[str, Any] = {"what": "mandates", "purpose": purpose, "by": clerk, "at": at}
        person = looks.note_person(session, holder, **noted)
        found = [_facts(one, at) for one in mandates.of_holder(session, person)]
    if as_json:
        print_json({"mandates": found})
        return
    for one in found:
        print_line(f"{one['mandate']}  {one['state']:<8} {one['until_at'][:10]}  {one['agent']}")
        print_line(f"  {one['relation']}: {_labels(one['actions'])}")


@mandate.command()
@click.argument("mandate_id", metavar="MANDATE")
@operator_option
@json_option
@one_line_on_error
def revoke(mandate_id: str, operator: str | None, as_json: bool) -> None:
    """End a mandate now.

    \b
    onecard bureau mandate revoke MANDATE --operator Zhao
    """
    clerk, at = acting(operator), datetime.now(UTC)
    with book() as engine:
        with transaction(engine) as session:
            changed = mandates.revoke(session, mandate_id, clerk=clerk, at=at)
        with reading(engine) as session:
            shown = _facts(mandates.get(session, mandate_id), at)
    if as_json:
        print_json({**shown, "changed": changed})
    elif changed:
        say(f"Mandate {mandate_id} has ended.", f"代办委托 {mandate_id} 已撤销。")
    else:
        say(f"Mandate {mandate_id} was revoked before.", f"代办委托 {mandate_id} 此前已撤销。")


def _facts(one: Mandate, at: datetime) -> dict[str, Any]:
    return {
        "mandate": one.id,
        "state": _state(one, at),
        "holder_number": one.holder_number,
        "agent": one.agent_name,
        "agent_number": one.agent_number,
        "relation": one.relation,
        "actions": list(one.actions),
        "from_at": one.from_at.isoformat(timespec="seconds"),
        "until_at": one.until_at.astimezone(CHINA).isoformat(timespec="seconds"),
        "granted_by": one.granted_by,
        "revoked_by": one.revoked_by,
    }


def _state(one: Mandate, at: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    if at < one.from_at:
        return "early"
    return "valid" if at < one.until_at else "ended"


def _labels(actions: list[str]) -> str:
    chinese = language() == "zh"
    return ("、" if chinese else ", ").join(mandates.LABELS[one][chinese] for one in actions)
