"""`onecard services calculate` as the tests run it: one object in, result or refusal out."""

import json
from dataclasses import replace
from typing import Any

from click.testing import CliRunner, Result

from api.services.cli import services
from onecard.console import Exit
from onecard.settings import load


def run(subject: str, content: bytes, *options: str, language: str = "en") -> Result:
    """The command over standard input."""
    return CliRunner().invoke(
        services,
        ["calculate", subject, "--input", "-", *options],
        input=content,
        obj=replace(load({}, None), language=language),
    )


def calculated(subject: str, **fields: Any) -> dict[str, Any]:
    """The result of an input that is right."""
    result = run(subject, json.dumps(fields).encode(), "--json")
    assert result.exit_code == Exit.OK, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(subject: str, content: dict[str, Any] | bytes) -> dict[str, Any]:
    """The error of an input that is wrong; nothing else comes out."""
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    result = run(subject, content, "--json")
    assert result.exit_code == Exit.BAD_INPUT, result.output
    assert result.stdout == ""
    error: dict[str, Any] = json.loads(result.stderr)["error"]
    return error
