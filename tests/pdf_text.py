"""The text of our PDF files as it is drawn, page by page, without a program that may not be there.

Just what such files need (ISO 32000-1): literal strings (7.3.4.2), in fonts of two bytes a letter
whose `ToUnicode` tables say which ones they are (9.10.3), or of one that is Latin.
"""

import re
import zlib

_OBJECT = re.compile(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj")
_STREAM = re.compile(rb"(?s)stream\n(.*)\nendstream")
_DRAWN = re.compile(rb"(?s)/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) ?Tj")
_ESCAPED = re.compile(rb"(?s)\\(.)")
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(file: bytes) -> str:
    """What stands in it, without the breaks between what was drawn."""
    objects = {int(number): body for number, body in _OBJECT.findall(file)}
    fonts = {
        name: _characters(_stream(objects[int(found[1])]))
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", file)
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)]))
    }
    pages = [_stream(objects[int(one)]) for one in re.findall(rb"/Contents (\d+) 0 R", file)]
    return "\n".join(_drawn(page, fonts) for page in pages)


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found, body[:80]
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _characters(table: bytes) -> dict[bytes, str]:
    """Which character two bytes stand for."""
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>\n", table)
    }


def _drawn(page: bytes, fonts: dict[bytes, dict[bytes, str]]) -> str:
    found, font = "", b""
    for chosen, text in _DRAWN.findall(page):
        if chosen:
            font = chosen
            continue
        codes = _ESCAPED.sub(lambda one: _CONTROL.get(one[1], one[1]), text)
        if font in fonts:
            pairs = (codes[place : place + 2] for place in range(0, len(codes), 2))
            found += "".join(fonts[font][pair] for pair in pairs)
        else:
            found += codes.decode("cp1252")
    return found
