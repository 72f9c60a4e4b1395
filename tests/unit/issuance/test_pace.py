"""How fast it goes and how long it will take, as it is told while cards are made."""

import pytest

from issuance.pace import HOUR, SECOND, Pace

# 3,000 of 10,000 in 2 s: 1,500 a second; 7,000 are left, 4.7 s.
# 3 of 10 in 6 minutes: 30 an hour; 7 are left, 14 minutes.
TOLD = [
    (
        (SECOND, 10_000, 3_000, 2.0),
        "3000 of 10000, 1,500 a second, 0:00:05 left",
        "3000 / 10000，每秒 1,500 张，剩余 0:00:05",
    ),
    (
        (HOUR, 10, 3, 360.0),
        "3 of 10, 30 an hour, 0:14:00 left",
        "3 / 10，每小时 30 张，剩余 0:14:00",
    ),
    ((HOUR, 10, 0, 5.0), "0 of 10, 0 an hour", "0 / 10，每小时 0 张"),
    ((SECOND, 10, 10, 5.0), "10 of 10, 2 a second", "10 / 10，每秒 2 张"),
]


@pytest.mark.parametrize(("pace", "english", "chinese"), TOLD)
def test_rate_and_time_left_are_told(pace, english, chinese):
    unit, total, made, spent = pace
    assert Pace(total=total, started=100.0, made=made, unit=unit).text(100.0 + spent) == (
        english,
        chinese,
    )
