"""The three tables of the State Council's measures, row by row, against the rule.

The rows are written as the annexes are built: a block of birth months for each month of delay.
"""

import pytest

from tests.calculation import calculated

# Category: original years, first year of birth, months of a block, blocks (months of delay).
ANNEXES = {
    "male": (60, 1965, 4, 36),
    "female55": (55, 1970, 4, 36),
    "female50": (50, 1975, 2, 60),
}


def rows(category: str) -> list[tuple[str, str, str]]:
    """Birth, age, month of retirement: the whole annex, and a year before and after it."""
    original, first_year, block, blocks = ANNEXES[category]
    ages = [0] * 12
    for delay in range(1, blocks + 1):
        ages += [delay] * block
    ages += [blocks] * 12
    found = []
    year, month = first_year - 1, 1
    for delay in ages:
        to = month + delay % 12
        to_year = year + original + delay // 12 + (1 if to > 12 else 0)
        to_month = to - 12 if to > 12 else to
        age = f"{original + delay // 12}岁{delay % 12}个月"
        found.append((f"{year}-{month:02}", age, f"{to_year}-{to_month:02}"))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


@pytest.mark.parametrize("category", ANNEXES)
def test_every_month_of_birth(category):
    for birth, age, month in rows(category):
        found = calculated("retirement-age", category=category, birth=birth)
        assert (found["retirement_age"], found["retirement_month"]) == (age, month), birth


@pytest.mark.parametrize(
    ("category", "birth", "earliest", "latest"),
    [
        ("male", "1964-12", "60岁0个月", "60岁0个月"),  # by the former rule: no choice
        ("male", "1965-04", "60岁0个月", "63岁1个月"),
        ("male", "1980-01", "60岁0个月", "66岁0个月"),
        ("female50", "1984-12", "52岁0个月", "58岁0个月"),
    ],
)
def test_what_may_be_chosen(category, birth, earliest, latest):
    found = calculated("retirement-age", category=category, birth=birth)
    assert (found["earliest_age"], found["latest_age"]) == (earliest, latest)
