"""The rules for a photo: file, background, hair, and the place of face and eyes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from issuance.photos.check import PhotoReport, check_photo
from issuance.photos.geometry import FaceGeometry
from issuance.photos.rules import HEIGHT, RULES, WIDTH, Name, Rule, Verdict
from tests.portraits import drawn, moved, photo, portrait

# In the middle of every limit: eyes 45 pixels either way of 179, and 230 above the lower edge.
WELL_PLACED = FaceGeometry(width=207, middle=179, eyes=((134, 211), (224, 211)))


def judge(picture: Image.Image | bytes, *faces: FaceGeometry, detector: bool = True) -> PhotoReport:
    data = picture if isinstance(picture, bytes) else photo(picture, quality=85)
    return check_photo(data, find_faces=(lambda _: list(faces)) if detector else None)


def broken(report: PhotoReport) -> list[str]:
    return [finding.name.value for finding in report.broken]


def face(**changed: object) -> FaceGeometry:
    facts = {"width": 207, "middle": 179, "eyes": ((134, 211), (224, 211))}
    return FaceGeometry(**{**facts, **changed})  # type: ignore[arg-type]


def test_a_photo_as_prescribed_is_accepted() -> None:
    report = judge(portrait(), WELL_PLACED)
    assert report.is_accepted
    assert not report.open


def test_every_rule_has_a_finding_in_order_whatever_the_file() -> None:
    for data in (portrait(), b"", b"no picture", portrait()[:9_000]):
        report = check_photo(data, find_faces=None)
        assert [finding.name for finding in report.findings] == [*Name]


def test_without_a_detector_only_the_face_is_not_judged() -> None:
    report = judge(portrait(), detector=False)
    assert report.is_accepted
    assert [finding.name.value for finding in report.open] == [
        "face",
        "face_width",
        "centred",
        "eyes_middle",
        "eye_line",
    ]


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"no picture", ["format"]),
        (photo(drawn(), quality=60), ["file_size"]),
        (photo(moved(), dpi=300), ["resolution"]),
        (photo(moved().convert("L"), quality=85), ["colour"]),
        (photo(moved().resize((360, 441)), quality=85), ["width"]),
        (photo(moved().resize((358, 440)), quality=85), ["height"]),
        (portrait()[:-200], ["complete"]),
    ],
)
def test_a_file_that_is_not_as_prescribed_is_refused(data: bytes, names: list[str]) -> None:
    assert broken(judge(data, WELL_PLACED)) == names


def test_a_large_file_is_known_by_its_size_and_its_beginning() -> None:
    report = check_photo(portrait()[:9_500], size=3_000_000, find_faces=None)
    assert broken(report) == ["file_size"]
    assert Name.COMPLETE in {finding.name for finding in report.open}


@given(st.integers(0, 600), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_judged_all_the_same(place: int, damage: bytes) -> None:
    data = portrait()
    report = judge(data[:place] + damage + data[place + len(damage) :], WELL_PLACED)
    assert {finding.name for finding in report.findings} == set(Name)


@pytest.mark.parametrize(
    ("colour", "is_white"),
    [
        ("#ffffff", True),
        ("#f4f2f0", True),
        ("#e0e0e0", False),
        ("#dbe9f6", False),
        ("#438edb", False),
        ("#d9001b", False),
        ("#fff4e0", False),
    ],
)
def test_a_background_is_white_or_refused(colour: str, is_white: bool) -> None:
    report = judge(drawn(background=colour), WELL_PLACED)
    assert broken(report) == ([] if is_white else ["background"])
    # Where hair begins on another background, nothing tells.
    assert (Name.HAIR_TOP in {finding.name for finding in report.open}) is not is_white


@pytest.mark.parametrize("width", [2, 3, 4])
@pytest.mark.parametrize("colour", ["black", "#888888", "#3060c0"])
def test_a_border_is_refused(width: int, colour: str) -> None:
    picture = moved()
    ImageDraw.Draw(picture).rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=colour, width=width)
    assert broken(judge(picture, WELL_PLACED)) == ["border"]


# A drawing's soft edge begins a pixel above.
@pytest.mark.parametrize("top", [8, 14, 21])
def test_hair_from_7_to_21_pixels_below_the_edge_is_right(top: int) -> None:
    assert judge(drawn(hair_top=top), WELL_PLACED).is_accepted


@pytest.mark.parametrize("top", [0, 4, 24, 40])
def test_hair_elsewhere_is_refused(top: int) -> None:
    assert broken(judge(drawn(hair_top=top), WELL_PLACED)) == ["hair_top"]


def test_a_speck_above_the_head_is_no_hair() -> None:
    picture = drawn()
    speck = picture.copy()
    ImageDraw.Draw(speck).rectangle((178, 2, 180, 3), fill="#404040")
    assert judge(speck, WELL_PLACED).is_accepted


def test_high_hair_may_be_cut_where_the_eyes_would_come_too_low() -> None:
    high = drawn(hair_top=3)
    # Four pixels further down, eyes at 208 would be at 204.
    assert judge(high, face(eyes=((134, 233), (224, 233)))).is_accepted
    assert broken(judge(high, face(eyes=((134, 222), (224, 222))))) == ["hair_top"]


@pytest.mark.parametrize(
    ("faces", "names"),
    [
        ((), ["face"]),
        ((WELL_PLACED, WELL_PLACED), ["face"]),
        ((face(width=179),), []),
        ((face(width=255),), []),
        ((face(width=178.9),), ["face_width"]),
        ((face(width=255.1),), ["face_width"]),
        ((face(middle=161),), ["centred"]),
        ((face(middle=197),), ["centred"]),
        ((face(eyes=((117, 211), (207, 211))),), []),
        ((face(eyes=((116, 211), (207, 211))),), ["eyes_middle"]),
        ((face(eyes=((151, 211), (241, 211))),), []),
        ((face(eyes=((152, 211), (241, 211))),), ["eyes_middle"]),
        ((face(eyes=((134, 234), (224, 234))),), []),
        # The lower of the two counts.
        ((face(eyes=((134, 234), (224, 235))),), ["eye_line"]),
    ],
)
def test_a_face_is_where_the_rules_want_it(
    faces: tuple[FaceGeometry, ...], names: list[str]
) -> None:
    assert broken(judge(portrait(), *faces)) == names


def test_eyes_that_were_not_found_are_left_to_a_person() -> None:
    report = judge(portrait(), face(eyes=None))
    assert report.is_accepted
    assert [finding.name.value for finding in report.open] == ["eyes_middle", "eye_line"]


@given(st.floats(-1e6, 1e6))
def test_what_is_measured_is_kept_or_broken_as_its_limits_say(value: float) -> None:
    for rule in RULES.values():
        within = not (
            (rule.low is not None and value < rule.low)
            or (rule.high is not None and value > rule.high)
        )
        assert rule.allows(value) is within


def test_limits_read_well() -> None:
    def limits(low: float | None, high: float | None) -> str:
        return Rule(clause="", low=low, high=high, unit="px", sentence=("", "")).limits

    assert limits(179, 255) == "179–255 px"
    assert limits(207, None) == "≥ 207 px"
    assert limits(None, 5) == "≤ 5 px"
    assert limits(358, 358) == "358 px"
    assert limits(None, None) == ""


def test_every_rule_has_a_sentence_in_both_languages_and_a_clause() -> None:
    assert set(RULES) == set(Name)
    for rule in RULES.values():
        english, chinese = rule.sentence
        assert english.endswith(".")
        assert chinese.endswith("。")
        assert rule.clause


def test_a_picture_that_is_no_photo_is_not_decoded() -> None:
    # 65,500 pixels a side, as the header says.
    data = portrait().replace(b"\x01\xb9\x01\x66", b"\xff\xdc\xff\xdc", 1)
    report = check_photo(data, find_faces=lambda _: pytest.fail("decoded"))
    assert {"width", "height"} <= set(broken(report))
    assert Image.open(io.BytesIO(portrait())).size == (WIDTH, HEIGHT)
    assert all(
        finding.verdict is Verdict.NOT_JUDGED
        for finding in report.findings
        if finding.name in {Name.BACKGROUND, Name.FACE}
    )
