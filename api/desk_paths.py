"""The part of the interface that counters' desks use, and that on presence tokens."""

from typing import Any

from api.openapi_forms import BODY_PROBLEMS, JSON, content, operation, parameter
from api.schema_forms import a_text, reference

_DESK = (401, 403, 404, 409, 410, 422)


def desk_paths() -> dict[str, Any]:
    """Every path, with its operations."""
    ticket = parameter("ticket", a_text("32 hexadecimal digits."))
    return {
        "/v1/desk/key-steps": {
            "post": _post(
                "useKeys",
                "What the card's keys make of a challenge",
                "Master keys stay here. Without a ticket: read keys, and IRK compared. With the "
                "ticket of an action: the keys of its commands. A random number serves once for "
                "each key; every request is an entry of the audit trail.",
                "KeyStepsRequest",
                "KeyResults",
                (*_DESK, 429, 501),
            )
        },
        "/v1/desk/hsm-steps": {
            "post": _post(
                "useKeysByStrings",
                "The same in the strings of national drivers",
                "What iReadCardBas_HSM_Step1 and its kin put out goes in, what their next step "
                "takes comes back.",
                "HsmRequest",
                "HsmKey",
                (*_DESK, 429, 501),
            )
        },
        "/v1/desk/visits/{ticket}/card": {
            "post": _post(
                "showCard",
                "Judge the card on the reader, and note that it was there",
                "As a verification with the chip's proof. A genuine card gets a presence token.",
                "ShownCard",
                "Shown",
                _DESK,
                parameters=[ticket],
            )
        },
        "/v1/desk/work/{ticket}": {
            "get": operation(
                "work",
                "What to do on the card",
                "For the desk at which the card was shown.",
                {200: content(reference("Work"))},
                _DESK,
                parameters=[ticket],
            )
        },
        "/v1/desk/work/{ticket}/outcome": {
            "post": _post(
                "reportWork",
                "How the work on the card ended",
                "Ends the ticket, once; the same report again gives the first answer. It is taken "
                "after the ticket's time, too: what the card did, it did.",
                "WorkReport",
                "AuditNumber",
                _DESK,
                parameters=[ticket],
            )
        },
        "/v1/desk/relay/{ticket}": {
            "post": _post(
                "relayCard",
                "Work a card at the desk: give what came of an order, get the next",
                "The first request of a ticket is empty and begins its work. Each order is "
                "carried out once and answered under its number; the same answer again gives the "
                "same order. An order `wait` is asked for again, `end` has the result.",
                "RelayAnswer",
                "RelayOrder",
                (*_DESK, 501),
                parameters=[ticket],
            )
        },
        "/v1/presence/verifications": {
            "post": _post(
                "verifyPresence",
                "Was this card at a desk, and may one still act on it?",
                "A refusal is an answer, too: the status is 200, and `verdict` says why.",
                "PresenceRequest",
                "PresenceVerification",
                (401, 422),
            )
        },
    }


def _post(
    name: str,
    summary: str,
    description: str,
    asked: str,
    answered: str,
    refusals: tuple[int, ...],
    **more: Any,
) -> dict[str, Any]:
    return operation(
        name,
        summary,
        description,
        {200: content(reference(answered))},
        tuple(sorted({*refusals, *BODY_PROBLEMS})),
        requestBody={
            "required": True,
            "content": {JSON: {"schema": reference(asked)}},
        },
        **more,
    )
