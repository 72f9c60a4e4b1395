"""``onecard services matters``: a clerk's work list and decisions, without a browser."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.errors import ServiceError
from api.services.matters import decision, handing, history, sight, work_list
from api.services.matters.acts import NAMES as ACT_NAMES
from api.services.matters.acts import Act
from api.services.matters.cli_facts import (
    events_facts,
    line_facts,
    matter_facts,
    objection_facts,
    proposal_facts,
    says_facts,
)
from api.services.matters.cli_receive import kinds, open_bundle, receive
from api.services.matters.models import Matter
from api.services.matters.rule import Proposal
from api.services.matters.states import EVENT_NAMES, OPEN_STATES, STATE_NAMES, Event, State
from api.services.matters.table import rule_of
from api.services.matters.work_list import Filters, Queue
from api.services.offices import tree
from issuance.cli_edge import json_option, operator_option, second_option
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as vouching
from issuance.database import reading, transaction
from onecard.console import Sentence, language, print_json, print_line, say

digest_option = click.option(
    "--digest", metavar="HEX", required=True, help="Of the proposal that was shown."
)


@click.group("matters")
def matters_group() -> None:
    """The matters that people brought: what waits for you, and deciding it. 业务办理。

    `show` prints what would be decided, its explanation and its digest; `decide` takes that digest,
    so that what was shown is what is decided.

    \b
    onecard services matters list to_decide
    onecard services matters show 3f2a…
    onecard services matters decide 3f2a… --digest 9c1e…
    onecard services matters review 3f2a… --digest 9c1e… --operator Wang
    """


matters_group.add_command(kinds)
matters_group.add_command(receive)
matters_group.add_command(open_bundle)


@matters_group.command("list")
@click.argument("queue", type=click.Choice([one.value for one in Queue]), default="to_decide")
@click.option("--kind", metavar="KIND", help="Like old_age.retire.")
@click.option("--state", type=click.Choice([one.value for one in State]))
@click.option("--person", metavar="NUMBER")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--below", is_flag=True, help="Of the offices below as well.")
@click.option("--after", metavar="KEY", help="Where the page before ended.")
@click.option("--size", type=click.IntRange(1, work_list.MOST), default=50, show_default=True)
@operator_option
@json_option
@one_line_on_error
def list_matters(
    queue: str,
    kind: str | None,
    state: str | None,
    person: str | None,
    since: datetime | None,
    until: datetime | None,
    below: bool,
    after: str | None,
    size: int,
    operator: str | None,
    as_json: bool,
) -> None:
    """Your work list: received, to_decide, to_review, handed or told.

    \b
    onecard services matters list to_review --json | jq -r '.matters[].id'
    onecard services matters list received --below --since 2026-11-01
    """
    by = acting(operator)
    filters = Filters(
        kind=kind,
        state=None if state is None else State(state),
        person=person,
        since=_day(since),
        until=_day(until),
        below=below,
    )
    with insurance_book() as engine, reading(engine) as session:
        counts = work_list.counts(session, by, Filters(below=below))
        page = work_list.page(session, by, Queue(queue), filters, after=after, size=size)
        found = [line_facts(one) for one in page.lines]
    if as_json:
        named = {one.value: count for one, count in counts.items()}
        print_json({"counts": named, "matters": found, "next": page.next_key})
        return
    which = language() == "zh"
    for one in found:
        label = rule_of(one["kind"]).label[which]
        print_line(f"{one['id']}  {one['received_at'][:10]}  {one['name']}  {label}")
        acts = [ACT_NAMES[Act(act)][which] for act, why in one["acts"].items() if why is None]
        print_line(f"    {STATE_NAMES[State(one['state'])][which]}: {', '.join(acts)}")
    if page.next_key:
        say(f"More: --after {page.next_key}", f"下一页：--after {page.next_key}")


@matters_group.command()
@click.argument("matter")
@operator_option
@json_option
@one_line_on_error
def show(matter: str, operator: str | None, as_json: bool) -> None:
    """MATTER, what happened to it, and what would be decided now, with its digest.

    \b
    onecard services matters show 3f2a…
    """
    by, at = acting(operator), now()
    proposal: Proposal | None = None
    refusal: ServiceError | None = None
    with insurance_book() as engine, transaction(engine) as session:
        found = decision.get(session, matter, by=by)
        facts = line_facts(work_list.line(session, by, found))
        if found.state in OPEN_STATES:
            try:
                proposal = decision.propose(session, found, by=by, at=at)
            except ServiceError as error:
                refusal = error
        facts["events"] = events_facts(history.events(session, matter))
        here = tree.office_of(session, by).code
        history.mark_read(session, here, matter, by=by, at=at)
        sight.note_work(session, by, found.person, f"matter {matter}", at=at)
    if as_json:
        refused = objection_facts(refusal)
        print_json({**facts, "proposal": proposal_facts(proposal), "refused": refused})
        return
    which = language() == "zh"
    print_line(f"{facts['id']}  {rule_of(facts['kind']).label[which]}  {facts['name']}")
    print_line(STATE_NAMES[State(facts["state"])][which])
    for event in facts["events"]:
        note = f"  {event['note']}" if event["note"] else ""
        what = EVENT_NAMES[Event(event["event"])][which]
        print_line(f"    {event['at'][:10]}  {what}  {event['by']}{note}")
    if facts["calculation"]:
        say(
            f"How: onecard services explain {facts['calculation']}",
            f"核定过程：onecard services explain {facts['calculation']}",
        )
    if refusal is not None:
        print_line(f"{refusal.cause[which]} {refusal.remedy[which]}")
    for text in facts["says"] if proposal is None else says_facts(proposal.says):
        print_line(text[language()])
    if proposal is None:
        return
    if proposal.calculation is not None:
        for line in proposal.calculation.lines(language()):
            print_line(line)
    print_line(f"digest {proposal.digest}")


@matters_group.command()
@click.argument("matter")
@digest_option
@operator_option
@second_option
@json_option
@one_line_on_error
def decide(
    matter: str, digest: str, operator: str | None, second: str | None, as_json: bool
) -> None:
    """Decide on MATTER as it was shown; with --second, who reviews it on the spot.

    \b
    onecard services matters decide 3f2a… --digest 9c1e…
    """
    by, other = acting(operator), vouching(second)
    _change(
        lambda s: decision.decide(s, matter, digest=digest, by=by, second=other, at=now()), as_json
    )


@matters_group.command()
@click.argument("matter")
@digest_option
@operator_option
@json_option
@one_line_on_error
def review(matter: str, digest: str, operator: str | None, as_json: bool) -> None:
    """Confirm what another clerk proposed on MATTER.

    \b
    onecard services matters review 3f2a… --digest 9c1e…
    """
    by = acting(operator)
    _change(lambda s: decision.review(s, matter, digest=digest, by=by, at=now()), as_json)


@matters_group.command()
@click.argument("matter")
@click.argument("office")
@click.option("--note", default="", metavar="TEXT")
@operator_option
@json_option
@one_line_on_error
def hand(matter: str, office: str, note: str, operator: str | None, as_json: bool) -> None:
    """Hand MATTER to OFFICE: one above or below where it lies, or the responsible one.

    \b
    onecard services matters hand 3f2a… 430100000000 --note 请核对视同缴费年限
    """
    by = acting(operator)
    _change(lambda s: handing.hand(s, matter, office, note=note, by=by, at=now()), as_json)


@matters_group.command()
@click.argument("matter")
@click.option("--reason", required=True, metavar="TEXT", help="As the person is told.")
@click.option(
    "--event",
    type=click.Choice(["refuse", "withdraw", "send_back"]),
    default="refuse",
    show_default=True,
    help="Also: the person withdraws it; the reviewer sends it back.",
)
@operator_option
@json_option
@one_line_on_error
def refuse(matter: str, reason: str, event: str, operator: str | None, as_json: bool) -> None:
    """Refuse MATTER, let it be withdrawn, or send it back to who proposed it.

    \b
    onecard services matters refuse 3f2a… --reason 缴费年限不足
    onecard services matters refuse 3f2a… --event send_back --reason 材料不全
    """
    by = acting(operator)
    _change(
        lambda s: decision.close(s, matter, Event(event), reason=reason, by=by, at=now()), as_json
    )


def _change(work: Callable[[Session], Matter], as_json: bool) -> None:
    with insurance_book() as engine, transaction(engine) as session:
        facts: dict[str, Any] = matter_facts(work(session))
    if as_json:
        print_json(facts)
        return
    state = STATE_NAMES[State(facts["state"])]
    office = facts["office"]
    print_line(Sentence(f"{state[0]}; at {office}", f"{state[1]}，在 {office}").text())


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.replace(tzinfo=UTC).date()
