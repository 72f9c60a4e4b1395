"""The description of the interface (OpenAPI 3.1), served at /v1/openapi.json."""

from functools import cache
from importlib.metadata import version
from typing import Any

from api import problems
from api.blueprints.trust import STATUS_LIST
from api.schemas import Schema, a_text, reference, schemas

_TITLES = {
    200: "The answer.",
    201: "Made.",
    304: "Unchanged since the answer with this ETag.",
    400: "The body is not JSON.",
    401: "No client key, or one that is not accepted.",
    404: "There is no such thing.",
    413: "The body is too large.",
    415: "The body has another media type.",
    422: "A field is missing, unknown or not what it should be.",
    500: "A fault of the service.",
    501: "Not set up at this service.",
    503: "The book or the trust list is not there now.",
}
_FAULTS = (500, 503)
_BODY_PROBLEMS = (400, 413, 415, 422)
_JSON = "application/json"


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "onecard",
            "version": version("onecard"),
            "description": "Verifies social security cards against their issuer's book. Every "
            "error is a problem (RFC 9457) with a stable code and sentences in English and "
            "Chinese; every answer carries X-Request-ID.",
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
    number = _parameter("number", a_text("A card number.", example="A00000003"))
    list_id = _parameter("number", {"type": "integer", "minimum": 0, "maximum": 999_999})
    return {
        "/v1/verifications": {
            "post": _operation(
                "verify",
                "Is this record genuine, and this its chip?",
                "The record is judged by signature, status in the book and validity, and the "
                "chip by its answer to a challenge. A refusal is an answer, too: the status is "
                "200, and `verdict` says why. Who the holder is stands in the answer only if "
                "the verdict is genuine. A challenge is spent whatever the verdict.",
                {200: _content(reference("Verification"))},
                (401, *_BODY_PROBLEMS),
                requestBody={
                    "required": True,
                    "content": {_JSON: {"schema": reference("VerificationRequest")}},
                },
            )
        },
        "/v1/challenges": {
            "post": _operation(
                "issueChallenge",
                "A challenge for a chip",
                "Random, accepted once, for as many seconds as it says.",
                {201: _content(reference("Challenge"))},
                (401,),
            )
        },
        "/v1/cards/{number}/status": {
            "get": _operation(
                "cardStatus",
                "What the book says of a card",
                "Answers 304 to If-None-Match while the status is the same.",
                {200: _content(reference("CardStatus")), 304: {}},
                (401, 404, 422),
                parameters=[number],
            )
        },
        "/v1/trust": {
            "get": _operation(
                "trustList",
                "The public keys that are trusted",
                "The file for `onecard verify --trust`. Fetch it over a connection you trust.",
                {200: _content(reference("TrustList")), 304: {}},
                security=[],
            )
        },
        "/v1/status-lists/{number}": {
            "get": _operation(
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
    return _operation(name, summary, summary + ".", {200: _content(schema)}, security=[])


def _operation(
    name: str,
    summary: str,
    description: str,
    answers: dict[int, dict[str, Any]],
    refusals: tuple[int, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    responses = {
        str(status): {"description": _TITLES[status], **answer}
        for status, answer in answers.items()
    }
    for status in (*refusals, *_FAULTS):
        problem = _content(reference("Problem"), problems.MEDIA_TYPE)
        responses[str(status)] = {"description": _TITLES[status], **problem}
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "responses": responses,
        **more,
    }


def _content(schema: Schema, media_type: str = _JSON) -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


def _parameter(name: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}
