"""The JSON of a counter's desk and of presence tokens, as `api.schemas` has that of services."""

from api.desk_fields import CODE_SIZE, MAX_ANSWER, MAX_ATR, MAX_CODE, MAX_DATA, RANDOM_SIZE
from api.schema_forms import Schema, a_text, an_object, hexadecimal, or_null, reference, up_to
from crypto.envelope import MAX_SIZE
from issuance import challenges
from issuance.counter.action_table import ACTIONS
from issuance.counter.hsm_steps import FUNCTIONS
from issuance.counter.key_book import MAX_STEPS
from reader import presence
from reader.issuer_server import StepKind
from reader.presence import PresenceError
from reader.relay import MAX_COMMAND, OrderKind


def verdicts() -> list[str]:
    """What can be said of a presence token."""
    return sorted({"valid", PresenceError.code, *(k.code for k in PresenceError.__subclasses__())})


def desk_schemas() -> dict[str, Schema]:
    """Every schema, by name."""
    return {
        "CardFacts": an_object(
            atr=up_to("The whole answer to reset.", MAX_ATR),
            identification_code=hexadecimal("Record 1 of EF05.", CODE_SIZE),
            version=a_text("Record 3 of EF05.", example="3.00"),
        ),
        "KeyStep": an_object(
            kind=a_text(
                "cryptogram: for EXTERNAL AUTHENTICATE, data is the factor; check: the card's "
                "answer is compared here, data is factor and answer; seal, mac: the protected "
                "data field of the command with this header.",
                enum=list(StepKind),
            ),
            key=a_text("The key's name in LD/T 32: RKSSSE, PUK, UK4DF01 …"),
            random=hexadecimal("The challenge it works on.", RANDOM_SIZE),
            header=up_to("CLA INS P1 P2, of a secured command.", 4),
            data=up_to("What it works on.", MAX_DATA),
            optional=("header", "data"),
        ),
        "KeyStepsRequest": an_object(
            card=reference("CardFacts"),
            steps={
                "type": "array",
                "items": reference("KeyStep"),
                "minItems": 1,
                "maxItems": MAX_STEPS,
            },
            ticket=or_null(a_text("What a clerk began at the console.")),
            optional=("ticket",),
        ),
        "KeyResults": an_object(
            results={
                "type": "array",
                "items": a_text("Hexadecimal; of a check 01 for yes and nothing for no."),
            }
        ),
        "HsmRequest": an_object(
            function=a_text("Whose output it is.", enum=list(FUNCTIONS)),
            step1=a_text("The string as the driver put it out.", minLength=1),
            card={
                **or_null(reference("CardFacts")),
                "description": "Needed where the string does not say which card it is.",
            },
            ticket=or_null(a_text("Needed for writing, reload, unblock and debit.")),
            optional=("card", "ticket"),
        ),
        "HsmKey": an_object(key=a_text("pKey of the driver's next step.")),
        "ShownCard": an_object(
            card=reference("CardFacts"),
            record=up_to("EF0C of DF0A, without its tag.", MAX_SIZE),
            challenge=hexadecimal("A challenge of this service.", challenges.SIZE),
            response=hexadecimal("What the chip answered, as in a verification.", 64, 8),
        ),
        "Shown": an_object(
            verification=reference("Verification"),
            token={
                **or_null(a_text("A presence token.", pattern=f"^{presence.PREFIX}")),
                "description": "null unless the card is genuine and its chip was proved.",
            },
        ),
        "Work": an_object(
            ticket=a_text("Its name."),
            action=a_text(
                "What to do.", enum=[a.value for a, rule in ACTIONS.items() if rule.on_card]
            ),
            identification_code=or_null(hexadecimal("The card to do it on.", CODE_SIZE)),
            parameters={"type": "object", "description": "See docs/counter-server.md."},
        ),
        "WorkReport": an_object(
            done={"type": "boolean", "description": "Whether the card did it."},
            code=a_text("Of the error, where it did not.", maxLength=MAX_CODE),
            optional=("code",),
        ),
        "AuditNumber": an_object(
            audit=a_text("For the clerk and the receipt.", example="430100-000123")
        ),
        "RelayAnswer": an_object(
            number={"type": "integer", "minimum": 1, "description": "Of the order; none at first."},
            data=up_to("What the card gave; its answer to reset for `open`.", MAX_ANSWER),
            error=a_text("The code of what the desk met instead.", maxLength=MAX_CODE),
            optional=("number", "data", "error"),
        ),
        "RelayOrder": an_object(
            number={"type": "integer", "minimum": 0, "description": "From 1 on; 0 of `wait`."},
            kind=a_text("What to do.", enum=list(OrderKind)),
            command=up_to("The command of `transmit`.", MAX_COMMAND),
            result={
                "type": "object",
                "description": "Of `end`: stages, done, audit; error where it did not succeed.",
            },
        ),
        "PresenceRequest": an_object(token=a_text("OP1:…", minLength=1)),
        "PresenceVerification": an_object(
            verdict=a_text("Only valid is a yes.", enum=verdicts()),
            valid={"type": "boolean"},
            reason=a_text("Why, for a person."),
            reason_zh=a_text("The same in Chinese."),
            issuer=or_null(a_text("The trusted key that signed the token.")),
            presence={
                **or_null(reference("Presence")),
                "description": "What the token says; there too where it may no longer be used.",
            },
        ),
        "Presence": an_object(
            id=a_text("The token's own name."),
            card_number=a_text("Nine characters."),
            identification_code=hexadecimal("The chip.", CODE_SIZE),
            region=a_text("Of the issuer."),
            desk=a_text("Where the card was."),
            clerk=a_text("Who served."),
            purpose=a_text("What for."),
            minute=a_text("When.", format="date-time"),
            expires_at=a_text("Nobody may act on it any more.", format="date-time"),
        ),
    }
