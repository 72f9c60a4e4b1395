"""How large a signed record is, and the QR code that carries it."""

import pytest

from crypto.envelope import parse
from issuance.qr_code import qr_code
from reader.card_profile.ssse import split_name
from reader.card_record import to_text
from tests.desk import Desk, with_group

LONGEST_NAME = "买买提·" * 6 + "江"  # 25 characters: what a bureau file takes


def picture(desk: Desk, name: str):
    """The record of a card made for this name, and its QR code."""
    head, tail = split_name(name)
    made = desk.make(desk.blank(), with_group(desk.job(), name=head, name_extension=tail))
    assert parse(made.record).claims
    return made.record, qr_code(to_text(made.record))


@pytest.mark.parametrize("profile", ["v3.00", "v2.00", "international"])
def test_a_name_of_four_characters_fits_version_14_at_q(profile, tmp_path):
    record, code = picture(Desk.open(tmp_path, profile), "欧阳娜娜")
    assert (code.correction, code.version <= 14) == ("Q", True), (len(record), code.version)


@pytest.mark.parametrize("profile", ["v3.00", "v2.00", "international"])
def test_the_longest_name_still_makes_a_code_for_print(profile, tmp_path):
    record, code = picture(Desk.open(tmp_path, profile), LONGEST_NAME)
    assert code.version <= 14, (len(record), code.version, code.correction)
