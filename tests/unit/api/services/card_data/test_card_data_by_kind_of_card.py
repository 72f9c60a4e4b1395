"""What each kind of card takes of what was decided: the rest is left out, and told."""

from pathlib import Path

import pytest

from tests.insurance_card_data import card_data_desk


@pytest.mark.parametrize("profile", ["v1.00", "v2.00", "international"])
def test_what_a_kind_of_card_cannot_hold_is_left_out_and_told(profile: str, tmp_path: Path) -> None:
    """Version 1.00 has neither the scheme (70) nor files EF15 to EF19 of DF03."""
    pension = {"scheme": "110", "insured_region": "430102", "retirement_date": "2026-05-01"}
    with card_data_desk(tmp_path, profile) as desk:
        desk.decided(
            ("DF03.pension_insurance", pension),
            ("DF03.work_injury_insurance", {"insured_region": "430102"}),
        )
        left_out = {one.group: [item.item for item in one.left_out] for one in desk.waiting()}
        first = profile == "v1.00"
        assert left_out == {
            "DF03.pension_insurance": ["scheme"] if first else [],
            "DF03.work_injury_insurance": ["insured_region"] if first else [],
        }
        assert len(desk.write_all(desk.visit())) == (1 if first else 2)
        held = desk.read("DF03.pension_insurance")
        expected = {**pension, "scheme": None if first else "110"}
        assert {name: held[name] for name in pension} == expected
        assert len(desk.waiting()) == (1 if first else 0)
