"""The JSON of the services of the one card, as `api.schemas` has that of verification."""

from api.schema_forms import Schema, a_text, an_object, or_null, reference
from api.services.awards.ledger import MAX_REFERENCE, PAGE
from api.services.matters.states import State

_YUAN = a_text("Yuan, two decimals.", pattern=r"^-?[0-9]+\.[0-9]{2}$")
_MONTH = a_text("A month.", pattern="^[0-9]{4}-[0-9]{2}$", example="2026-11")
_DAY = a_text("A day.", format="date")
_MOMENT = a_text("A moment.", format="date-time")
_PERSON = a_text("The holder's citizen number.")
_WORDS = an_object(en=a_text("English."), zh=a_text("Chinese."))
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_MAYBE_MONTH, _MAYBE_DAY, _MAYBE = or_null(_MONTH), or_null(_DAY), or_null(a_text("If known."))


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def services_schemas() -> dict[str, Schema]:
    """Every schema, by name."""
    return {**_insured(), **_benefits(), **_matters(), **_calculations(), **_ledger()}


def _insured() -> dict[str, Schema]:
    return {
        "ContributionStatement": an_object(
            person=_PERSON,
            enrolments=_list_of(reference("Enrolment")),
            contributions=_list_of(reference("Contribution")),
            arrears=_list_of(reference("Arrear")),
            accounts=_list_of(
                an_object(insurance=a_text("By its code."), until=_MONTH, balance=_YUAN)
            ),
        ),
        "Enrolment": an_object(
            insurance=a_text("By its code."),
            name=_WORDS,
            category=a_text("employee, flexible, resident, platform."),
            region=a_text("Six digits."),
            employer=_MAYBE,
            base=or_null(_YUAN),
            from_month=_MONTH,
            until_month=_MAYBE_MONTH,
            end_reason=_MAYBE,
        ),
        "Contribution": an_object(
            insurance=a_text("By its code."),
            month=_MONTH,
            region=a_text("Six digits."),
            employer=_MAYBE,
            category=a_text("As of the enrolment."),
            base=_YUAN,
            employer_part=_YUAN,
            own_part=_YUAN,
            account_part=_YUAN,
            paid_month=_MONTH,
            kind=a_text("regular, late, corrected, transferred."),
        ),
        "Arrear": an_object(
            insurance=a_text("By its code."),
            month=_MONTH,
            region=a_text("Six digits."),
            employer=_MAYBE,
            base=_YUAN,
            amount=_YUAN,
            due_on=_DAY,
        ),
    }


def _benefits() -> dict[str, Schema]:
    return {
        "AwardStatement": an_object(person=_PERSON, awards=_list_of(reference("Award"))),
        "Award": an_object(
            id=a_text("Its name."),
            benefit=a_text("Which benefit."),
            label=_WORDS,
            insurance=a_text("By its code."),
            region=a_text("Whose fund pays."),
            from_month=_MONTH,
            until_month=_MAYBE_MONTH,
            end_reason=_MAYBE,
            paused={"type": "boolean"},
            amounts=_list_of(
                an_object(
                    from_month=_MONTH,
                    amount=_YUAN,
                    reason=a_text("granted, adjusted, recalculated …"),
                    calculation=or_null(a_text("See /v1/services/calculations/{name}.")),
                )
            ),
            payments=_list_of(
                an_object(
                    month=_MONTH,
                    number={**_WHOLE, "description": "0, or of a correction."},
                    amount=_YUAN,
                    made_at=_MOMENT,
                    taken={"type": "boolean", "description": "Whether a ledger has it."},
                )
            ),
        ),
        "UnemploymentStatement": an_object(
            person=_PERSON,
            claims=_list_of(
                an_object(
                    number=_WHOLE,
                    region=a_text("Six digits."),
                    lost_on=_DAY,
                    registered_on=_DAY,
                    reason=a_text("Code table 27."),
                    paid_months=_WHOLE,
                    carried=_WHOLE,
                    months_due=_WHOLE,
                    months_received=_WHOLE,
                    award=_MAYBE,
                    ended_on=_MAYBE_DAY,
                    end_reason=_MAYBE,
                )
            ),
            job_search=_list_of(
                an_object(on=_DAY, kind=a_text("What was done."), employer=a_text("Where."))
            ),
        ),
        "InjuryStatement": an_object(person=_PERSON, injuries=_list_of(reference("Injury"))),
        "Injury": an_object(
            id=a_text("Its name."),
            insurance=a_text("410, or X41 of platform work."),
            employer=a_text("Or the platform."),
            region=a_text("Six digits."),
            happened_on=_DAY,
            what=a_text("What happened."),
            reported_on=_DAY,
            recurrence_of=_MAYBE,
            determination=_MAYBE,
            finding=or_null(a_text("Code table 38.")),
            determined_on=_MAYBE_DAY,
            appraisal=_MAYBE,
            grade=or_null(a_text("Code table 32.")),
            care=or_null(a_text("Code table 33.")),
            appraised_on=_MAYBE_DAY,
        ),
        "PrivatePensionStatement": an_object(
            person=_PERSON,
            account=or_null(
                an_object(
                    bank=a_text("Which bank."),
                    opened_on=_DAY,
                    drawing_since=_MAYBE_DAY,
                    condition=_MAYBE,
                    closed_on=_MAYBE_DAY,
                    balance=_YUAN,
                    movements=_list_of(
                        an_object(
                            on=_DAY,
                            kind=a_text("deposit, income, payout."),
                            amount=_YUAN,
                            tax=_YUAN,
                        )
                    ),
                )
            ),
        ),
    }


def _matters() -> dict[str, Schema]:
    return {
        "MatterStatement": an_object(
            person=_PERSON,
            matters=_list_of(
                an_object(
                    id=a_text("Its name."),
                    kind=a_text("As in old_age.retire."),
                    label=_WORDS,
                    state=a_text("Where it stands.", enum=[one.value for one in State]),
                    state_words=_WORDS,
                    region=a_text("Six digits."),
                    office=a_text("Where it lies: twelve digits."),
                    responsible=a_text("Whose it is."),
                    received_at=_MOMENT,
                    decided_at=or_null(_MOMENT),
                    reason=_MAYBE,
                    calculation=_MAYBE,
                )
            ),
            waits_for_card=_list_of(a_text("A data group, as in DF03.pension_insurance.")),
        )
    }


def _calculations() -> dict[str, Schema]:
    results: Schema = {"type": "object", "description": "By name; amounts in yuan."}
    return {
        "Calculated": {
            "type": "object",
            "description": "The results by name, and how each number came to be.",
            "properties": {
                "subject": a_text("What was computed."),
                "explanation": _list_of(
                    an_object(
                        name=_WORDS,
                        formula=a_text("With the names of the fields."),
                        numbers={"type": "object"},
                        result=a_text("What comes out."),
                        source=a_text("The law, and since when."),
                    )
                ),
            },
            "required": ["subject", "explanation"],
        },
        "KeptCalculation": an_object(
            id=a_text("Its name."),
            subject=a_text("What was computed."),
            region=a_text("Six digits."),
            month=_MONTH,
            rules=a_text("Edition of the rules."),
            made_at=_MOMENT,
            results=results,
            explanation=_list_of(
                an_object(
                    name=_WORDS,
                    words=_WORDS,
                    numbers=a_text("The formula with its numbers."),
                    result=a_text("What comes out."),
                    source=_WORDS,
                )
            ),
            parameters=_list_of({"type": "object", "description": "A version that was used."}),
            replaces=or_null(a_text("The calculation that this one takes the place of.")),
            differences={"type": ["array", "null"], "description": "What came out otherwise."},
        ),
    }


def _ledger() -> dict[str, Schema]:
    key = a_text("Name of an item: award, month, number.", example=f"{'0' * 32}.2026-11.0")
    return {
        "Payables": an_object(
            items={
                "type": "array",
                "maxItems": PAGE,
                "items": an_object(
                    key=key,
                    award=a_text("Of which award."),
                    benefit=a_text("Which benefit."),
                    person=a_text("Who draws it."),
                    month=_MONTH,
                    fen={"type": "integer", "description": "In fen; a recovery is negative."},
                    run=a_text("What made it payable."),
                    made_at=_MOMENT,
                ),
            },
            next=or_null(a_text("`after` of the next page; null at the end.")),
        ),
        "TakePayables": an_object(
            reference=a_text("The ledger's own name.", minLength=1, maxLength=MAX_REFERENCE),
            items={"type": "array", "items": key, "minItems": 1, "maxItems": PAGE},
        ),
        "PayablesTaken": an_object(
            taken={**_WHOLE, "description": "Items that were not taken before."},
            before={**_WHOLE, "description": "Items that were, under the same reference."},
        ),
    }
