"""``--photo FILE``: the holder's photo as the image file that it is."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from crypto.errors import CryptoError
from onecard.console import Exit, fail, say
from reader.basics import read_photo
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError, PsamKeyMissingError
from reader.file_content import reason_of
from reader.session import CardSession

SUFFIXES: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/bmp": ".bmp",
    "image/png": ".png",
    "image/jp2": ".jp2",
}

photo_option = click.option(
    "--photo",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the holder's photo into FILE.",
)


def save_photo(session: CardSession, keys: DeskKeys | None, path: Path) -> None:
    """Write the photo, or say why there is none; a suffix is added where *path* has none."""
    try:
        image = read_photo(session, keys=keys)
    except AccessRefusedError:
        say(
            "No photo. The card gives it only after the issuer's key: --psam, or --server.",
            "没有相片。须先用发卡机构密钥认证（--psam 或 --server）方可读取。",
        )
        return
    except (PsamKeyMissingError, CryptoError) as error:
        en, zh = reason_of(error)
        say(f"No photo. {en}", f"没有相片。{zh}")
        return
    if image is None:
        say("No photo on the card.", "卡内没有相片。")
        return
    target = path if path.suffix else path.with_suffix(SUFFIXES[image.media_type])
    try:
        target.write_bytes(image.content)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(Exit.BAD_INPUT, f"{target}: {reason}.", f"{target}：{reason}。")
    say(
        f"Photo: {target} ({image.media_type}, {len(image.content)} bytes).",
        f"相片：{target}（{image.media_type}，{len(image.content)} 字节）。",
    )
