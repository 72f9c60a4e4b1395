"""The forms that schemas are made of (JSON Schema 2020-12)."""

from typing import Any

Schema = dict[str, Any]


def an_object(*, optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def a_text(description: str, **more: Any) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def hexadecimal(description: str, *sizes: int) -> Schema:
    """Bytes in hexadecimal, as many as one of *sizes*."""
    digits = "|".join(f"[0-9A-Fa-f]{{{2 * size}}}" for size in sizes)
    return a_text(description, pattern=f"^({digits})$")


def up_to(description: str, most: int) -> Schema:
    """At most so many bytes in hexadecimal."""
    return a_text(description, pattern=f"^([0-9A-Fa-f]{{2}}){{0,{most}}}$")


def reference(name: str) -> Schema:
    """One of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"oneOf": [schema, {"type": "null"}]}
