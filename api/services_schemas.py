"""The JSON of the statements of the services, as `api.schemas` has that of verification."""

from api.schema_forms import Schema, a_text, an_object, or_null, reference
from api.services.matters.states import State

YUAN = a_text("Yuan, two decimals.", pattern=r"^-?[0-9]+\.[0-9]{2}$")
MONTH = a_text("A month.", pattern="^[0-9]{4}-[0-9]{2}$", example="2026-11")
DAY = a_text("A day.", format="date")
MOMENT = a_text("A moment.", format="date-time")
PERSON = a_text("The holder's citizen number.")
WORDS = an_object(en=a_text("English."), zh=a_text("Chinese."))
WHOLE: Schema = {"type": "integer", "minimum": 0}
MAYBE_MONTH, MAYBE_DAY, MAYBE = or_null(MONTH), or_null(DAY), or_null(a_text("If known."))


def list_of(schema: Schema) -> Schema:
    """An array of such."""
    return {"type": "array", "items": schema}


def services_schemas() -> dict[str, Schema]:
    """Every schema, by name."""
    return {**_insured(), **_plans(), **_benefits(), **_matters()}


def _insured() -> dict[str, Schema]:
    return {
        "ContributionStatement": an_object(
            person=PERSON,
            enrolments=list_of(reference("Enrolment")),
            contributions=list_of(reference("Contribution")),
            arrears=list_of(reference("Arrear")),
            accounts=list_of(
                an_object(insurance=a_text("By its code."), until=MONTH, balance=YUAN)
            ),
        ),
        "Enrolment": an_object(
            insurance=a_text("By its code."),
            name=WORDS,
            category=a_text("employee, flexible, resident, platform."),
            region=a_text("Six digits."),
            employer=MAYBE,
            base=or_null(YUAN),
            from_month=MONTH,
            until_month=MAYBE_MONTH,
            end_reason=MAYBE,
        ),
        "Contribution": an_object(
            insurance=a_text("By its code."),
            month=MONTH,
            region=a_text("Six digits."),
            employer=MAYBE,
            category=a_text("As of the enrolment."),
            base=YUAN,
            employer_part=YUAN,
            own_part=YUAN,
            account_part=YUAN,
            paid_month=MONTH,
            kind=a_text("regular, late, corrected, transferred."),
        ),
        "Arrear": an_object(
            insurance=a_text("By its code."),
            month=MONTH,
            region=a_text("Six digits."),
            employer=MAYBE,
            base=YUAN,
            amount=YUAN,
            due_on=DAY,
        ),
    }


def _plans() -> dict[str, Schema]:
    return {
        "OldAgeStatement": an_object(
            person=PERSON,
            category=a_text("male, female50, female55."),
            birth=DAY,
            earliest_month=MONTH,
            legal_month=MONTH,
            latest_month=MONTH,
            minimum_years=a_text("Years of contributions in the year of the month by law."),
            months=list_of(an_object(insurance=a_text("By its code."), paid=WHOLE, deemed=WHOLE)),
        ),
        "PlatformWorkStatement": an_object(
            person=PERSON,
            months=list_of(
                an_object(
                    month=MONTH,
                    platform=a_text("Its code."),
                    region=a_text("Six digits."),
                    orders=WHOLE,
                    income=or_null(YUAN),
                )
            ),
        ),
        "AnnuityStatement": an_object(
            person=PERSON,
            plans=list_of(
                an_object(
                    employer=a_text("Its code."),
                    from_month=MONTH,
                    employer_rate=a_text("As in 0.05."),
                    own_rate=a_text("As in 0.05."),
                    vesting_years=WHOLE,
                )
            ),
        ),
    }


def _benefits() -> dict[str, Schema]:
    return {
        "AwardStatement": an_object(person=PERSON, awards=list_of(reference("Award"))),
        "Award": an_object(
            id=a_text("Its name."),
            benefit=a_text("Which benefit."),
            label=WORDS,
            insurance=a_text("By its code."),
            region=a_text("Whose fund pays."),
            from_month=MONTH,
            until_month=MAYBE_MONTH,
            end_reason=MAYBE,
            paused={"type": "boolean"},
            amounts=list_of(
                an_object(
                    from_month=MONTH,
                    amount=YUAN,
                    reason=a_text("granted, adjusted, recalculated …"),
                    calculation=or_null(a_text("See /v1/services/calculations/{name}.")),
                )
            ),
            payments=list_of(
                an_object(
                    month=MONTH,
                    number={**WHOLE, "description": "0, or of a correction."},
                    amount=YUAN,
                    made_at=MOMENT,
                    taken={"type": "boolean", "description": "Whether a ledger has it."},
                )
            ),
        ),
        "UnemploymentStatement": an_object(
            person=PERSON,
            claims=list_of(
                an_object(
                    number=WHOLE,
                    region=a_text("Six digits."),
                    lost_on=DAY,
                    registered_on=DAY,
                    reason=a_text("Code table 27."),
                    paid_months=WHOLE,
                    carried=WHOLE,
                    months_due=WHOLE,
                    months_received=WHOLE,
                    award=MAYBE,
                    ended_on=MAYBE_DAY,
                    end_reason=MAYBE,
                )
            ),
            job_search=list_of(
                an_object(on=DAY, kind=a_text("What was done."), employer=a_text("Where."))
            ),
        ),
        "InjuryStatement": an_object(person=PERSON, injuries=list_of(reference("Injury"))),
        "Injury": an_object(
            id=a_text("Its name."),
            insurance=a_text("410, or X41 of platform work."),
            employer=a_text("Or the platform."),
            region=a_text("Six digits."),
            happened_on=DAY,
            what=a_text("What happened."),
            reported_on=DAY,
            recurrence_of=MAYBE,
            determination=MAYBE,
            finding=or_null(a_text("Code table 38.")),
            determined_on=MAYBE_DAY,
            appraisal=MAYBE,
            grade=or_null(a_text("Code table 32.")),
            care=or_null(a_text("Code table 33.")),
            appraised_on=MAYBE_DAY,
        ),
        "PrivatePensionStatement": an_object(
            person=PERSON,
            account=or_null(
                an_object(
                    bank=a_text("Which bank."),
                    opened_on=DAY,
                    drawing_since=MAYBE_DAY,
                    condition=MAYBE,
                    closed_on=MAYBE_DAY,
                    balance=YUAN,
                    movements=list_of(
                        an_object(
                            on=DAY,
                            kind=a_text("deposit, income, payout."),
                            amount=YUAN,
                            tax=YUAN,
                        )
                    ),
                )
            ),
        ),
    }


def _matters() -> dict[str, Schema]:
    return {
        "MatterStatement": an_object(
            person=PERSON,
            matters=list_of(
                an_object(
                    id=a_text("Its name."),
                    kind=a_text("As in old_age.retire."),
                    label=WORDS,
                    state=a_text("Where it stands.", enum=[one.value for one in State]),
                    state_words=WORDS,
                    region=a_text("Six digits."),
                    office=a_text("Where it lies: twelve digits."),
                    responsible=a_text("Whose it is."),
                    received_at=MOMENT,
                    decided_at=or_null(MOMENT),
                    reason=MAYBE,
                    calculation=MAYBE,
                )
            ),
            waits_for_card=list_of(a_text("A data group, as in DF03.pension_insurance.")),
        )
    }
