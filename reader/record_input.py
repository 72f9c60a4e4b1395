"""What a person hands in to be verified: a text, a file, or standard input."""

import binascii
import os
import re
from base64 import b64decode
from codecs import BOM_UTF8
from pathlib import Path
from typing import BinaryIO

from reader.card_record import PREFIX
from reader.errors import ReaderError
from reader.presence import PREFIX as PRESENCE_PREFIX

MAX_INPUT = 8192  # bytes; a record has at most 4096, its hexadecimal twice that
# What a record begins with: a COSE_Sign1, or claims with their receipt (crypto.receipt).
BEGINNINGS = (0xD2, 0x82)
# What is a name and no text: an ending in small letters, which no form of a record has.
FILE_NAME = re.compile(r"[^\s:]+\.[a-z][a-z0-9]{1,4}")


class RecordInputError(ReaderError, ValueError):
    """The input cannot be read at all; whether it is genuine is another question."""

    code = "record-input"
    cause = ("What was given to be verified cannot be read.", "无法读取待验证的内容。")
    remedy = (
        "Give the text of a QR code, or a file that holds it.",
        "请给出二维码文本或含该文本的文件。",
    )

    def __init__(self, cause: tuple[str, str]) -> None:
        self.cause = cause
        super().__init__()


def read_input(given: str, standard_input: BinaryIO) -> str | bytes:
    """The record as text (base45 with its prefix) or bytes.

    *given* is the text itself, the name of a file, or '-' for standard input. Bytes may come
    as they are, in hexadecimal or in base64.
    """
    if given == "-":
        return interpret(_bounded(standard_input.read(MAX_INPUT + 1), "-"))
    if given.startswith((PREFIX, PRESENCE_PREFIX)):
        return given
    if not given.strip():  # Path("") would be the folder one stands in
        raise RecordInputError(("The text given is empty.", "给出的文本为空。"))
    path = Path(given)
    try:
        if path.is_dir():
            raise RecordInputError((f"{given} is a directory.", f"{given} 是目录。"))
        with path.open("rb") as file:
            content = file.read(MAX_INPUT + 1)
    except FileNotFoundError:
        if FILE_NAME.fullmatch(given):
            raise RecordInputError((f"There is no file {given}.", f"没有文件 {given}。")) from None
        return interpret(given.encode("utf-8", "replace"))
    except (OSError, ValueError) as error:
        if isinstance(error, RecordInputError):
            raise
        if len(given) > 255:  # longer than a file name: a text after all
            return interpret(given.encode("utf-8", "replace"))
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else str(error)
        raise RecordInputError((f"{given}: {reason}.", f"{given}：{reason}。")) from error
    return interpret(_bounded(content, given))


def _bounded(content: bytes, name: str) -> bytes:
    if len(content) > MAX_INPUT:
        raise RecordInputError(
            (f"{name} is longer than any record.", f"{name} 超过签名记录的最大长度。")
        )
    if not content.strip():
        raise RecordInputError((f"{name} is empty.", f"{name} 内容为空。"))
    return content


def interpret(content: bytes) -> str | bytes:
    """A record in any of its forms: its bytes where they can be told, else the text as it is."""
    if content[:1] in {bytes((first,)) for first in BEGINNINGS}:
        return content
    content = content.removeprefix(BOM_UTF8)  # some editors put it before any text
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        return content
    if text[:2].lower() in {f"{first:02x}" for first in BEGINNINGS}:
        try:
            return bytes.fromhex(text)
        except ValueError:
            return text
    if text.startswith("0o"):  # how the byte D2 begins in base64
        try:
            return b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            return text
    return text
