"""What a card of version 1.00 (LB002-2000) lacks, and lays out otherwise.

LB002-2000 is not public. What is known of its files is what the notice of version 2.0 marks as new
or changed (人社信息函〔2012〕37号, tables 1 to 37, appendix C): the rest was there before. That the
records left over keep their order, and count from 1, is an assumption.
"""

from collections.abc import Iterable, Mapping

from reader.card_profile.files import Application, RecordFile

# Applications and files that version 2.0 added.
NEW_APPLICATIONS = frozenset({"DF07"})
NEW_FILES: Mapping[str, frozenset[int]] = {
    "SSSE": frozenset({0xEF08}),
    "DF01": frozenset({0xEF0A, *range(0xEF16, 0xEF1B)}),
    "DF02": frozenset({0xEF09, 0xEF15, 0xEF16}),
    "DF03": frozenset(range(0xEF15, 0xEF1A)),
    "DF04": frozenset({0xEF06, 0xEF15}),
}

# Records that version 2.0 added to older files, by their numbers there. An item that only changed
# its meaning is not among them: its old form stands beside it in the declaration (`Item.v1`).
NEW_RECORDS: Mapping[tuple[str, int], frozenset[int]] = {
    ("SSSE", 0xEF06): frozenset({3}),  # 4E
    ("DF01", 0xEF05): frozenset({3}),  # 0E
    ("DF01", 0xEF06): frozenset({1, 2, 4, 5}),  # 23, 24, 2C, 2D
    ("DF01", 0xEF15): frozenset({4}),  # the third 40
    ("DF02", 0xEF05): frozenset({2, 5, 6}),  # 41, both 44
    ("DF03", 0xEF06): frozenset({1, 2, 3, 4, 5, 8, 9, 10}),  # 45 to 49, all 4A
    ("DF03", 0xEF07): frozenset({1, 5}),  # 70, 6F
    ("DF04", 0xEF05): frozenset({11, 12, 13, 14, 15}),  # 7D, 7E, 7F, 8D, 8E
}


def first_version(applications: Iterable[Application]) -> tuple[Application, ...]:
    """The applications of the notice as a card of version 1.00 has them."""
    return tuple(_older(one) for one in applications if one.name not in NEW_APPLICATIONS)


def _older(application: Application) -> Application:
    older = application.without(NEW_FILES.get(application.name, frozenset()))
    for file in older.files:
        if isinstance(file, RecordFile):
            absent = NEW_RECORDS.get((application.name, file.fid), frozenset())
            older = older.changing(file.fid, first_version=True, absent=absent)
    return older
