"""The description of the interface is valid, whole, and true of the routes."""

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from api.openapi import document
from tests.office import Office

CONVERTER = re.compile(r"<(?:[^:>]*:)?([^>]+)>")


def test_the_document_is_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(document()).validate()
    assert document()["openapi"].startswith("3.1.")


def test_every_route_is_described_and_nothing_else(office: Office) -> None:
    routes = {
        (CONVERTER.sub(r"{\1}", rule.rule), method)
        for rule in office.app.url_map.iter_rules()
        if not rule.rule.startswith("/console/")  # pages for people
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method.upper())
        for path, operations in document()["paths"].items()
        for method in operations
    }
    assert routes == described


def test_the_service_describes_itself(office: Office) -> None:
    assert office.call("GET", "/v1/openapi.json", key=None).json == document()


def test_what_needs_a_key_says_so(office: Office) -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            needs_key = operation.get("security") != []
            asked = path.replace("{number}", "0")
            answer = office.call(method.upper(), asked, key=None)
            assert (answer.status_code == 401) is needs_key, path


def test_every_operation_has_its_own_name() -> None:
    names = [
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))
