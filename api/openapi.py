"""The description of the interface (OpenAPI 3.1), served at /v1/openapi.json."""

from functools import cache
from importlib.metadata import version
from typing import Any

from api.blueprints.trust import STATUS_LIST
from api.desk_paths import desk_paths
from api.openapi_forms import BODY_PROBLEMS, JSON, content, operation, parameter, query
from api.schema_forms import Schema, a_text, reference
from api.schemas import schemas
from api.services_paths import services_paths


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "onecard",
            "version": version("onecard"),
            "description": "Verifies social security cards against their issuer's book, and gives "
            "the services of the one card. Every error is a problem (RFC 9457) with a stable code "
            "and sentences in English and Chinese; every answer carries X-Request-ID.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"client_key": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "client_key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key that the issuer gave: onecard clients add NAME",
                }
            },
        },
    }


def _paths() -> dict[str, Any]:
    number = parameter("number", a_text("A card number.", example="A00000003"))
    past = query("at", a_text("A moment that is over.", format="date-time"))
    list_id = parameter("number", {"type": "integer", "minimum": 0, "maximum": 999_999})
    return {
        "/v1/verifications": {
            "post": operation(
                "verify",
                "Is this record genuine, and this its chip?",
                "The record is judged by signature, status in the book and validity, and the "
                "chip by its answer to a challenge. A refusal is an answer, too: the status is "
                "200, and `verdict` says why. Who the holder is stands in the answer only if "
                "the verdict is genuine. A challenge is spent whatever the verdict.",
                {200: content(reference("Verification"))},
                (401, *BODY_PROBLEMS),
                requestBody={
                    "required": True,
                    "content": {JSON: {"schema": reference("VerificationRequest")}},
                },
            )
        },
        "/v1/challenges": {
            "post": operation(
                "issueChallenge",
                "A challenge for a chip",
                "Random, accepted once, for as many seconds as it says.",
                {201: content(reference("Challenge"))},
                (401,),
            )
        },
        **desk_paths(),
        **services_paths(),
        "/v1/cards/{number}/status": {
            "get": operation(
                "cardStatus",
                "What the book says of a card",
                "Now, or at an earlier moment. Answers 304 to If-None-Match while it is the same.",
                {200: content(reference("CardStatus")), 304: {}},
                (401, 404, 422),
                parameters=[number, past],
            )
        },
        "/v1/trust": {
            "get": operation(
                "trustList",
                "The public keys that are trusted",
                "The file for `onecard verify --trust`. Fetch it over a connection you trust.",
                {200: content(reference("TrustList")), 304: {}},
                security=[],
            )
        },
        "/v1/status-lists/{number}": {
            "get": operation(
                "statusList",
                "A signed status list",
                "For verifying without a network: a CWT of the IETF Token Status List.",
                {200: {"content": {STATUS_LIST: {}}}, 304: {}},
                (404, 501),
                parameters=[list_id],
                security=[],
            )
        },
        "/v1/openapi.json": {"get": _plain("description", "This description", {"type": "object"})},
        "/healthz": {"get": _plain("alive", "Whether the process answers", reference("Health"))},
        "/readyz": {
            "get": _plain(
                "ready", "Whether the book and the trust list are there", reference("Health")
            )
        },
    }


def _plain(name: str, summary: str, schema: Schema) -> dict[str, Any]:
    return operation(name, summary, summary + ".", {200: content(schema)}, security=[])
