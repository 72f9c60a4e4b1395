"""The page of settings shows what the program reads."""

from pathlib import Path

from onecard.settings import table

PAGE = Path(__file__).resolve().parents[3] / "docs" / "settings.md"


def test_the_page_of_settings_is_the_one_that_the_declaration_draws() -> None:
    blocks = PAGE.read_text(encoding="utf-8").split("\n\n")
    assert [block.strip() for block in blocks if block.startswith("|")] == [table().strip()]
