"""Code tables: the values a coded data item may have, and what they mean."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One value of a code table with its meaning."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A numbered table of the notice (人社信息函〔2012〕37号, appendix A); all codes one width."""

    number: int
    zh: str
    en: str
    codes: tuple[Code, ...]

    @property
    def width(self) -> int:
        """Characters of each code."""
        return len(self.codes[0].code)

    def find(self, code: str) -> Code | None:
        """The entry of *code*, None if the table does not list it."""
        return next((entry for entry in self.codes if entry.code == code), None)


def meanings(tables: tuple[CodeTable, ...], value: str) -> tuple[Code, ...]:
    """What *value* means, a code of each table in turn; trailing codes may be absent.

    ValueError when a part is not in its table or something is left over.
    """
    found = []
    rest = value
    for table in tables:
        if not rest:
            break
        part, rest = rest[: table.width], rest[table.width :]
        entry = table.find(part)
        if entry is None:
            raise ValueError(f"{part!r} is not in code table {table.number} ({table.zh})")
        found.append(entry)
    if rest:
        raise ValueError(f"{rest!r} follows the last code")
    return tuple(found)
