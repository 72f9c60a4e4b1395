"""A CSV file that is read in pieces, each by itself, is the file that is read from front to end."""

import hashlib
import io
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuance.errors import IntakeError
from issuance.intake.columns import RECORD_LIMIT
from issuance.intake.csv_file import CsvFile
from issuance.intake.csv_pieces import CsvPieces, records

PATH = Path("people.csv")
NAMES = ("姓名", "电话")
HEADER = "姓名,电话\r\n"
CODECS = ("utf-8", "utf-8-sig", "gb18030")


def in_pieces(content: bytes, size: int) -> list[list[str]] | None:
    """All records with the header; None where a piece is refused."""
    pieces = CsvPieces(PATH, io.BytesIO(content), NAMES, size=size)
    if pieces.header is None:
        return None
    found = [pieces.header]
    for piece in pieces:
        assert piece.first == len(found)
        part = records(piece.content, pieces.encoding)
        if part is None:
            return None
        found += part
    assert pieces.sha256 == hashlib.sha256(content).hexdigest()
    return found


def whole(content: bytes) -> list[list[str]]:
    return [*CsvFile(PATH, io.BytesIO(content), NAMES).records()]


@given(
    text=st.text(st.sampled_from('ab ,"\r\n王\u9fb4\0'), max_size=60),
    size=st.integers(1, 40),
    codec=st.sampled_from(CODECS),
)
@example(text='a,"b\r\nc"\r\na,"b\r\nc"\r\n', size=1, codec="utf-8")
@settings(max_examples=150, deadline=None)
def test_pieces_give_the_records_of_the_whole_or_none(text: str, size: int, codec: str) -> None:
    content = (HEADER + text).encode(codec)
    try:
        right = whole(content)
    except IntakeError as error:
        right = None
        if error.reason == "nul":
            return
    found = in_pieces(content, size)
    if right is not None:
        assert found in (None, right)
    else:  # only of the last line the whole tells that it was cut
        assert found is None or len(found[-1]) < len(found[0])


def test_an_ordinary_file_comes_apart_in_every_encoding() -> None:
    text = HEADER + "".join(f"王伟{place},1370000{place:04}\r\n" for place in range(40))
    for codec in CODECS:
        found = in_pieces(text.encode(codec), 200)
        assert found is not None
        assert (len(found), found) == (41, whole(text.encode(codec)))


def test_what_is_no_line_or_no_text_is_refused() -> None:
    long = HEADER + "a" * (RECORD_LIMIT + 1) + ",b\r\n"
    endless = HEADER + "a" * 100_000
    assert in_pieces(long.encode(), 10) is None
    assert in_pieces(endless.encode(), 10) is None
    assert in_pieces(HEADER.encode() + b"a,\xff\xff\r\n", 10) is None
