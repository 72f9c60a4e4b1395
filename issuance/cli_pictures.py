"""``onecard bureau face`` and ``pictures``: previews of cards, and what their printer gets."""

from contextlib import ExitStack
from pathlib import Path

import click

from crypto import atomic_file
from issuance import card_making, print_data
from issuance.book_errors import PictureError
from issuance.card_face import CardFace
from issuance.cli_edge import book, one_line_on_error
from issuance.database import reading
from issuance.fonts import chinese_font
from issuance.intake.photos import Photos
from onecard.console import Exit, print_line, progress, say

WORLD_READABLE = 0o644

_print_option = click.option(
    "--print", "for_printer", is_flag=True, help="The printer's layout instead, as PNG and PDF."
)
_rotate_option = click.option(
    "--rotate", is_flag=True, help="With --print: turned by 180°, as kiosks take it."
)


@click.command()
@click.argument("card")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Folder; here.")
@click.option("--photo", type=click.Path(path_type=Path), help="JPEG of the holder.")
@_print_option
@_rotate_option
@one_line_on_error
def face(card: str, out: Path, photo: Path | None, for_printer: bool, rotate: bool) -> None:
    """Write a card's face: previews with its QR code, or what is printed on a blank.

    \b
    onecard bureau face A00000003 --photo zhang.jpg
    onecard bureau face A00000003 --photo zhang.jpg --print --out printer
    """
    _check_options(for_printer, rotate)
    picture = photo.read_bytes() if photo else None
    with book() as engine, reading(engine) as session:
        drawn = _files(print_data.face_of(session, card, photo=picture), for_printer, rotate)
    out.mkdir(parents=True, exist_ok=True)
    for path in _write(out, card, drawn):
        print_line(str(path))
    if not for_printer:
        _tell_about_font()


@click.command()
@click.argument("batch")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for them.")
@click.option(
    "--photos", type=click.Path(path_type=Path), help="Folder or ZIP of the bureau file's photos."
)
@_print_option
@_rotate_option
@one_line_on_error
def pictures(batch: str, out: Path, photos: Path | None, for_printer: bool, rotate: bool) -> None:
    """Write the face of every finished card of a batch: previews, or what is printed on blanks.

    A face needs a Chinese font to become a picture; the SVG leaves that to who shows it. A card
    that cannot be printed (a character that no font here has) is told; the others are written.

    \b
    onecard bureau pictures 371700-20261101-0001 --out previews
    onecard bureau pictures 371700-20261101-0001 --out printer --photos photos.zip --print
    """
    _check_options(for_printer, rotate)
    out.mkdir(parents=True, exist_ok=True)
    drawn = without_photo = 0
    failures = []
    with ExitStack() as stack:
        engine = stack.enter_context(book())
        found = stack.enter_context(Photos(photos)) if photos else None
        cards = card_making.finished(engine, batch)
        for card in progress(cards, label=("Drawing", "绘图"), length=len(cards)):
            with reading(engine) as session:
                its_face = print_data.face_of(session, card.number, photos=found)
            try:
                files = _files(its_face, for_printer, rotate)
            except PictureError as error:
                failures.append((card.number, error))
                continue
            _write(out, card.number, files)
            drawn += 1
            without_photo += its_face.photo is None
    say(f"Cards drawn: {drawn}, in {out}", f"已绘制 {drawn} 张卡：{out}")
    if for_printer or photos:
        say(f"Without a photo: {without_photo}", f"其中无相片 {without_photo} 张")
    for number, failure in failures:
        say(
            f"{number}: {failure} {failure.remedy[0]}",
            f"{number}：{failure.cause[1]}{failure.remedy[1]}",
        )
    if failures:
        raise SystemExit(Exit.BAD_INPUT)
    if not for_printer:
        _tell_about_font()


def _check_options(for_printer: bool, rotate: bool) -> None:
    if rotate and not for_printer:
        raise click.UsageError("--rotate goes with --print.")


def _files(face: CardFace, for_printer: bool, rotate: bool) -> dict[str, bytes]:
    if for_printer:
        return print_data.printer_files(face, rotated=rotate)
    return print_data.pictures(face)


def _write(out: Path, number: str, files: dict[str, bytes]) -> list[Path]:
    paths = []
    for ending, content in files.items():
        path = out / f"{number}{ending}"
        atomic_file.replace(path, content, mode=WORLD_READABLE)
        paths.append(path)
    return paths


def _tell_about_font() -> None:
    """Say why a face is missing as PNG and PDF, where it is."""
    if chinese_font() is None:
        say(
            "No Chinese font here, so faces are SVG only; for more: apt install "
            "fonts-babelstone-han",
            "本机没有中文字体，卡面仅有 SVG；如需其他格式请执行：apt install fonts-babelstone-han",
        )
