"""The forms that the description of the interface is made of (OpenAPI 3.1)."""

from typing import Any

from api import problems
from api.schema_forms import Schema, reference

TITLES = {
    200: "The answer.",
    201: "Made.",
    304: "Unchanged since the answer with this ETag.",
    400: "The body is not JSON.",
    401: "No client key, or one that is not accepted.",
    403: "Not for this client, or not by this person.",
    404: "There is no such thing.",
    409: "Not with this card, or not in its state.",
    410: "The ticket has ended, or its time is over.",
    413: "The body is too large.",
    415: "The body has another media type.",
    422: "A field is missing, unknown or not what it should be.",
    429: "The desk asks too often: see Retry-After.",
    500: "A fault of the service.",
    501: "Not set up at this service.",
    503: "The book or the trust list is not there now.",
}
FAULTS = (500, 503)
BODY_PROBLEMS = (400, 413, 415, 422)
JSON = "application/json"


def operation(
    name: str,
    summary: str,
    description: str,
    answers: dict[int, dict[str, Any]],
    refusals: tuple[int, ...] = (),
    **more: Any,
) -> dict[str, Any]:
    responses = {
        str(status): {"description": TITLES[status], **answer} for status, answer in answers.items()
    }
    for status in (*refusals, *FAULTS):
        problem = content(reference("Problem"), problems.MEDIA_TYPE)
        responses[str(status)] = {"description": TITLES[status], **problem}
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "responses": responses,
        **more,
    }


def content(schema: Schema, media_type: str = JSON) -> dict[str, Any]:
    return {"content": {media_type: {"schema": schema}}}


def parameter(name: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query(name: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}
