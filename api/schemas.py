"""The JSON that goes in and out, as JSON Schema 2020-12 (OpenAPI 3.1, 4.8.24)."""

from api import problems
from api.blueprints.cards import STATUS
from api.desk_schemas import desk_schemas
from api.online_verification import CRYPTOGRAM_SIZE, SIGNATURE_SIZE
from api.schema_forms import Schema, a_text, an_object, hexadecimal, or_null, reference
from api.services_calculation_schemas import calculation_schemas
from api.services_schemas import services_schemas
from issuance import challenges
from reader.authenticity import Verdict
from reader.card_check import SHARED_RANDOM_SIZE


def schemas() -> dict[str, Schema]:
    """Every schema, by name."""
    return {
        **desk_schemas(),
        **services_schemas(),
        **calculation_schemas(),
        "VerificationRequest": an_object(
            record=a_text(
                "The text of a QR code (OC1:…), or the record's bytes in hexadecimal or base64.",
                minLength=1,
            ),
            chip=an_object(
                challenge=hexadecimal("A challenge of this service.", challenges.SIZE),
                response=hexadecimal(
                    f"What the chip answered: a signature of {SIGNATURE_SIZE} bytes. A chip "
                    f"without a key pair answers {CRYPTOGRAM_SIZE} bytes to INTERNAL "
                    f"AUTHENTICATE with the challenge's first {SHARED_RANDOM_SIZE} bytes as "
                    f"random number and the next {SHARED_RANDOM_SIZE} as factor.",
                    SIGNATURE_SIZE,
                    CRYPTOGRAM_SIZE,
                ),
            ),
            optional=("chip",),
        ),
        "Verification": an_object(
            verdict=a_text("Only genuine is a yes.", enum=[one.value for one in Verdict]),
            genuine={"type": "boolean"},
            reason=a_text("Why, for a person."),
            reason_zh=a_text("The same in Chinese."),
            checks={
                "type": "array",
                "description": "What was looked at. Without `chip` nothing is said about the "
                "chip: the record may lie on a copy.",
                "items": {"enum": ["signature", "validity", "status", "chip"]},
            },
            issuer=or_null(a_text("The trusted key that signed the record.")),
            card={
                **or_null(reference("Card")),
                "description": "The card and its holder; null unless the verdict is genuine.",
            },
        ),
        "Card": an_object(
            card_number=a_text("Nine characters."),
            name=a_text("The holder's name."),
            social_security_number=a_text("The holder's citizen number."),
            sex=a_text("Code of GB/T 2261.1: 1 male, 2 female."),
            identification_code=hexadecimal("The chip.", 16),
            issued_at=a_text("Valid from.", format="date-time"),
            expires_at=a_text("No longer valid from.", format="date-time"),
        ),
        "Challenge": an_object(
            challenge=hexadecimal("For the chip to answer; accepted once.", challenges.SIZE),
            expires_in={"type": "integer", "description": "Seconds.", "minimum": 1},
        ),
        "CardStatus": an_object(
            number=a_text("The card's number."),
            status=a_text(
                "inactive: made, and not handed over yet; suspended: a loss that can be lifted.",
                enum=sorted(set(STATUS.values())),
            ),
            as_of=a_text("The moment that it is about.", format="date-time"),
        ),
        "TrustList": an_object(
            format={"const": "onecard-trust"},
            version={"const": 1},
            keys={"type": "array", "items": reference("TrustedKey")},
        ),
        "TrustedKey": an_object(
            name=a_text("Whose key it is."),
            suite=a_text("GM: SM2 with SM3; NIST: ECDSA P-256 with SHA-256.", enum=["GM", "NIST"]),
            kid=hexadecimal("How a record names the key.", 8),
            public_key=hexadecimal("A point, compressed (SEC 1, 2.3.3).", 33),
            use=a_text("presence: signs tokens; otherwise records. Missing: record."),
            not_before=a_text("The first day.", format="date"),
            not_after=a_text("The last day.", format="date"),
            optional=("use", "not_before", "not_after"),
        ),
        "Health": an_object(status=a_text("How it is.", enum=["ok", "ready"])),
        "Problem": an_object(
            type=a_text("Names the kind of problem.", format="uri"),
            title=a_text("The HTTP status in words."),
            status={"type": "integer", "minimum": 400, "maximum": 599},
            code=a_text("The kind of problem, for programs.", enum=problems.codes()),
            detail=a_text("What is wrong, for a person."),
            detail_zh=a_text("The same in Chinese."),
            remedy=a_text("What to do, for a clerk."),
            remedy_zh=a_text("The same in Chinese."),
            field=a_text("The field that is wrong, as in chip.response."),
            incident=a_text("Give this number when you report the fault."),
            optional=("remedy", "remedy_zh", "field", "incident"),
        ),
    }
