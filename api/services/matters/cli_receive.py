"""``onecard services matters kinds``, ``receive`` and ``bundle``: taking matters in."""

import secrets
from collections.abc import Callable
from typing import Any, Final

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.matters import bundles, reception
from api.services.matters.bundle_table import BUNDLES, bundle_rule
from api.services.matters.cli_facts import matter_facts
from api.services.matters.rule import Field, FieldKind
from api.services.matters.table import MATTERS, rule_of
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.counter import tickets
from issuance.database import transaction
from onecard.console import language, print_json, print_line, say


def _answers(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in values:
        name, mark, value = text.partition("=")
        if not mark or name in found:
            raise click.BadParameter("give each field once, as NAME=VALUE")
        found[name] = value
    return found


# What the list of kinds says of a matter, and in which form a field is given.
_MARKS: Final = {
    "needs_card": {"en": "card", "zh": "须出示卡片"},
    "reviewed": {"en": "review", "zh": "须复核"},
}
_FORMS: Final = {
    FieldKind.TEXT.value: {"en": "TEXT", "zh": "文字"},
    FieldKind.DATE.value: {"en": "YYYY-MM-DD", "zh": "YYYY-MM-DD"},
    FieldKind.MONTH.value: {"en": "YYYY-MM", "zh": "YYYY-MM"},
    FieldKind.AMOUNT.value: {"en": "YUAN", "zh": "元"},
    FieldKind.WHOLE.value: {"en": "NUMBER", "zh": "整数"},
    FieldKind.NUMBER.value: {"en": "NUMBER", "zh": "数"},
    FieldKind.YES_NO.value: {"en": "yes | no", "zh": "yes | no"},
    FieldKind.CHOICE.value: {"en": "CODE", "zh": "代码"},
    FieldKind.PERSON.value: {"en": "PERSON'S NUMBER", "zh": "社会保障号码"},
    FieldKind.EMPLOYER.value: {"en": "CREDIT CODE", "zh": "统一社会信用代码"},
    FieldKind.OFFICE.value: {"en": "OFFICE CODE", "zh": "机构代码"},
}

Decorator = Callable[[Callable[..., None]], Callable[..., None]]

field_option: Decorator = click.option(
    "--field", "answers", multiple=True, callback=_answers, metavar="NAME=VALUE", help="Repeatable."
)
visit_option: Decorator = click.option(
    "--visit", metavar="ID", help="In which the person's card was shown."
)
id_option: Decorator = click.option(
    "--id", "name", metavar="HEX", help="The same again gives the same; by default a new one."
)


@click.command()
@click.argument("kind", required=False)
@json_option
@one_line_on_error
def kinds(kind: str | None, as_json: bool) -> None:
    """What may be brought; with KIND, what that one or a bundle asks for, and in which form.

    A ? stands after what may be left out. "card": the card has to be shown in the visit; "review":
    a second clerk confirms the decision.

    \b
    onecard services matters kinds
    onecard services matters kinds private_pension.draw
    onecard services matters kinds retirement --json
    """
    names = [*MATTERS, *BUNDLES] if kind is None else [kind]
    found = [_bundle(name) if name in BUNDLES else _rule(name) for name in names]
    if as_json:
        print_json({"kinds": found})
        return
    which = "zh" if language() == "zh" else "en"
    for one in found:
        marks = [words[which] for name, words in _MARKS.items() if one.get(name)]
        told = f" ({', '.join(marks)})" if marks else ""
        print_line(f"{one['kind']:<28} {one['label'][which]}{told}")
        for field in one["fields"] if kind else ():
            mark = "" if field["required"] else "?"
            form = _FORMS[field["kind"]][which]
            added = [of for of in field.get("of", ()) if of in one["optional"]]
            when = (
                f" (--with {' | '.join(added)})" if added and len(added) == len(field["of"]) else ""
            )
            print_line(f"    {field['name']}{mark}={form}  {field['label'][which]}{when}")
            for value, label in field["options"].items():
                print_line(f"        {value:<10} {label[which]}")


@click.command()
@click.argument("kind")
@click.argument("number")
@field_option
@visit_option
@id_option
@operator_option
@json_option
@one_line_on_error
def receive(
    kind: str,
    number: str,
    answers: dict[str, str],
    visit: str | None,
    name: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """Receive a matter of KIND for the person with NUMBER; any office takes in any.

    \b
    onecard services matters receive private_pension.open 430102199003010116 \\
        --field bank=某银行 --visit 5d1c…
    """
    by, at = acting(operator), now()
    chosen = name or tickets.new_id(secrets.token_bytes)
    with insurance_book() as engine, transaction(engine) as session:
        facts = matter_facts(
            reception.receive(
                session, chosen, kind, person=number, raw=answers, by=by, at=at, visit=visit
            )
        )
    if as_json:
        print_json(facts)
        return
    say(
        f"Received {facts['id']}; responsible: {facts['responsible']}",
        f"已受理 {facts['id']}；责任机构：{facts['responsible']}",
    )


@click.command("bundle")
@click.argument("kind", type=click.Choice(list(BUNDLES)))
@click.argument("number")
@field_option
@click.option("--with", "optional", multiple=True, metavar="KIND", help="An optional service.")
@visit_option
@id_option
@operator_option
@json_option
@one_line_on_error
def open_bundle(
    kind: str,
    number: str,
    answers: dict[str, str],
    optional: tuple[str, ...],
    visit: str | None,
    name: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """Receive all services of one matter of life ("一件事") at once, for the person with NUMBER.

    \b
    onecard services matters bundle retirement 430102196610010114 --field month=2026-10 \\
        --with private_pension.draw --field private_pension.draw.condition=age \\
        --field private_pension.draw.method=lump --visit 5d1c…
    """
    by, at = acting(operator), now()
    chosen = name or tickets.new_id(secrets.token_bytes)
    with insurance_book() as engine, transaction(engine) as session:
        bundles.open_bundle(
            session,
            chosen,
            kind,
            person=number,
            raw=answers,
            optional=optional,
            by=by,
            at=at,
            visit=visit,
        )
        found = [matter_facts(one) for one in bundles.matters(session, chosen)]
    if as_json:
        print_json({"bundle": chosen, "matters": found})
        return
    for one in found:
        print_line(f"{one['id']}  {one['kind']}")


def _rule(kind: str) -> dict[str, Any]:
    rule = rule_of(kind)
    return {
        "kind": kind,
        "label": _text(rule.label),
        "needs_card": rule.needs_card,
        "reviewed": rule.reviewed,
        "fields": [_field(one.name, one) for one in rule.fields],
    }


def _bundle(kind: str) -> dict[str, Any]:
    """What each of its services asks, those that are optional included."""
    rule = bundle_rule(kind)
    optional = [part.kind for part in rule.parts if part.optional]
    asked = bundles.questions(rule, optional)
    return {
        "kind": kind,
        "label": _text(rule.label),
        "services": list(rule.kinds),
        "optional": optional,
        "fields": [{**_field(one.name, one.field), "of": one.kinds} for one in asked],
    }


def _field(name: str, field: Field) -> dict[str, Any]:
    return {
        "name": name,
        "label": _text(field.label),
        "kind": field.kind.value,
        "required": field.required,
        "options": {value: _text(text) for value, text in field.options.items()},
    }


def _text(pair: tuple[str, str]) -> dict[str, str]:
    return {"en": pair[0], "zh": pair[1]}
