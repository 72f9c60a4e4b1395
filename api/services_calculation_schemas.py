"""The JSON of calculations and payable items; that of statements is in `api.services_schemas`."""

from api.schema_forms import Schema, a_text, an_object, or_null
from api.services.awards.ledger import MAX_REFERENCE, PAGE
from api.services_schemas import MOMENT, MONTH, WHOLE, WORDS, list_of


def calculation_schemas() -> dict[str, Schema]:
    """Every schema, by name."""
    return {**_calculations(), **_ledger()}


def _calculations() -> dict[str, Schema]:
    results: Schema = {"type": "object", "description": "By name; amounts in yuan."}
    return {
        "Calculated": {
            "type": "object",
            "description": "The results by name, and how each number came to be.",
            "properties": {
                "subject": a_text("What was computed."),
                "explanation": list_of(
                    an_object(
                        name=WORDS,
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
            month=MONTH,
            rules=a_text("Edition of the rules."),
            made_at=MOMENT,
            results=results,
            explanation=list_of(
                an_object(
                    name=WORDS,
                    words=WORDS,
                    numbers=a_text("The formula with its numbers."),
                    result=a_text("What comes out."),
                    source=WORDS,
                )
            ),
            parameters=list_of({"type": "object", "description": "A version that was used."}),
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
                    month=MONTH,
                    fen={"type": "integer", "description": "In fen; a recovery is negative."},
                    run=a_text("What made it payable."),
                    made_at=MOMENT,
                ),
            },
            next=or_null(a_text("`after` of the next page; null at the end.")),
        ),
        "TakePayables": an_object(
            reference=a_text("The ledger's own name.", minLength=1, maxLength=MAX_REFERENCE),
            items={"type": "array", "items": key, "minItems": 1, "maxItems": PAGE},
        ),
        "PayablesTaken": an_object(
            taken={**WHOLE, "description": "Items that were not taken before."},
            before={**WHOLE, "description": "Items that were, under the same reference."},
        ),
    }
