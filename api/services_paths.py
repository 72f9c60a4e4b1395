"""The part of the interface that the services of the one card are: statements, calculations, and
what a ledger takes up."""

from typing import Any

from api.openapi_forms import BODY_PROBLEMS, JSON, content, operation, parameter, query
from api.schema_forms import a_text, reference
from api.services.http_edge import PRESENCE, URL
from api.services.insurances import Insurance

_READ = (401, 403, 404)
_TOLD = (
    "Of the person whose card the presence token is about, as long as one may act on it. The read "
    "is noted in the trail of the card. Answers 304 to If-None-Match while it is the same."
)


def services_paths() -> dict[str, Any]:
    """Every path, with its operations."""
    insurance = a_text("An insurance by its code.", enum=[one.value for one in Insurance])
    named = parameter("name", a_text("A subject, or the name of a calculation."))
    return {
        f"{URL}/contributions": _statement(
            "contributions",
            "Enrolments, contributions, arrears, and the personal account",
            "ContributionStatement",
            409,
            422,
            parameters=[query("insurance", insurance)],
        ),
        f"{URL}/awards": _statement(
            "awards", "What the holder draws or drew, and every payment", "AwardStatement"
        ),
        f"{URL}/old-age": _statement(
            "oldAge", "When the holder may retire, and the months that count", "OldAgeStatement"
        ),
        f"{URL}/platform-work": _statement(
            "platformWork", "Months with orders of platforms", "PlatformWorkStatement"
        ),
        f"{URL}/annuity": _statement(
            "annuity", "The annuity plans of the holder's employers", "AnnuityStatement"
        ),
        f"{URL}/unemployment": _statement(
            "unemployment", "Claims, months, and the search for work", "UnemploymentStatement"
        ),
        f"{URL}/injuries": _statement("injuries", "Injuries at work", "InjuryStatement"),
        f"{URL}/private-pension": _statement(
            "privatePension", "The private pension account", "PrivatePensionStatement"
        ),
        f"{URL}/matters": _statement(
            "matters", "Where each matter stands, and what waits for the card", "MatterStatement"
        ),
        f"{URL}/calculations/{{name}}": {
            **_statement(
                "explanation",
                "A calculation that was kept, with every number explained",
                "KeptCalculation",
                parameters=[named],
            ),
            "post": operation(
                "calculate",
                "Compute without keeping anything",
                "The subjects and fields of `onecard services calculate` (docs/insurance.md).",
                {200: content(reference("Calculated"))},
                (401, 403, 404, *BODY_PROBLEMS),
                parameters=[named],
                requestBody={
                    "required": True,
                    "content": {JSON: {"schema": {"type": "object"}}},
                },
            ),
        },
        f"{URL}/payables": {"get": _payables()},
        f"{URL}/payables/taken": {
            "post": operation(
                "takePayables",
                "Mark payable items as taken up",
                "All of them or none. The same items under the same reference change nothing.",
                {200: content(reference("PayablesTaken"))},
                (401, 403, 404, 409, *BODY_PROBLEMS),
                requestBody={
                    "required": True,
                    "content": {JSON: {"schema": reference("TakePayables")}},
                },
            )
        },
    }


def _statement(
    name: str, summary: str, schema: str, *more: int, parameters: list[Any] | None = None
) -> dict[str, Any]:
    token = {
        "name": PRESENCE,
        "in": "header",
        "required": True,
        "schema": a_text("The presence token that a desk got for the card.", pattern="^OP1:"),
    }
    return {
        "get": operation(
            name,
            summary,
            _TOLD,
            {200: content(reference(schema)), 304: {}},
            (*_READ, *more),
            parameters=[token, *(parameters or [])],
        )
    }


def _payables() -> dict[str, Any]:
    needed = {
        "region": a_text("Whose fund pays: six digits.", pattern="^[0-9]{6}$"),
        "insurance": a_text("By its code.", enum=[one.value for one in Insurance]),
        "month": a_text("For months up to this one.", pattern="^[0-9]{4}-[0-9]{2}$"),
    }
    asked = [{**query(name, schema), "required": True} for name, schema in needed.items()]
    return operation(
        "payables",
        "What is payable and was not taken up yet",
        "For a ledger's key, in pages by key. Corrections of months long past are among them. "
        "Every look is noted.",
        {200: content(reference("Payables"))},
        (401, 403, 422),
        parameters=[*asked, query("after", a_text("`next` of the page before."))],
    )
