"""``onecard bureau photo``: photos against the official rules."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from issuance.cli_edge import json_option, one_line_on_error
from issuance.photos.check import PhotoReport, check_photo, detector
from issuance.photos.file_rules import ENOUGH
from issuance.photos.rules import Finding
from onecard.console import Exit, fail, language, print_json, print_line, progress, say

ENDINGS: Final = (".jpg", ".jpeg")


@click.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@json_option
@one_line_on_error
def photo(files: tuple[Path, ...], as_json: bool) -> None:
    """Judge photos by the official rules; a folder stands for the JPEG files in it.

    Size, resolution, colour, background, border and hair are measured on any machine; the place
    of face and eyes needs the extra "photos" (OpenCV). Exit code 1 if a photo is refused.

    \b
    onecard bureau photo zhang.jpg li.jpg
    onecard bureau photo photos --json
    """
    find_faces = detector()
    if find_faces is None:
        say(
            "Faces are not judged here; for that: pip install 'onecard[photos]'",
            "本机不检测人脸；如需检测请执行：pip install 'onecard[photos]'",
        )
    paths = [*_photos(files)]
    refused = 0
    reports = []
    for path in progress(paths, label=("Judging", "检查"), length=len(paths)):
        with path.open("rb") as file:
            data = file.read(ENOUGH)
        report = check_photo(data, size=path.stat().st_size, find_faces=find_faces)
        refused += not report.is_accepted
        if as_json:
            reports.append(_as_json(path, report))
        else:
            _print(path, report)
    if as_json:
        print_json({"faces_judged": find_faces is not None, "photos": reports})
    say(f"Photos: {len(paths)}; refused: {refused}.", f"相片 {len(paths)} 张，退回 {refused} 张。")
    if refused:
        raise SystemExit(Exit.REFUSED)


def _photos(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
        if not inside:
            fail(
                Exit.BAD_INPUT,
                f"There is no photo (*.jpg, *.jpeg) in {path}.",
                f"{path} 中没有相片（*.jpg、*.jpeg）。",
            )
        yield from inside


def _print(path: Path, report: PhotoReport) -> None:
    chinese = language() == "zh"
    accepted, refused = ("接受", "退回") if chinese else ("accepted", "refused")
    print_line(f"{path}  {accepted if report.is_accepted else refused}")
    for finding in report.broken:
        print_line(
            f"  {finding.name.value:<12} {_measured(finding):>9}  {finding.rule.limits:<14}"
            f" {_sentence(finding)}"
        )
    if report.open:
        names = ", ".join(finding.name.value for finding in report.open)
        print_line(f"  {'未检查' if chinese else 'not judged'}: {names}")


def _sentence(finding: Finding) -> str:
    english, chinese = finding.rule.sentence
    return chinese if language() == "zh" else english


def _measured(finding: Finding) -> str:
    return "" if finding.measured is None else f"{finding.measured:g}"


def _as_json(path: Path, report: PhotoReport) -> dict[str, Any]:
    return {
        "file": str(path),
        "accepted": report.is_accepted,
        "rules": [
            {
                "rule": finding.name.value,
                "clause": finding.rule.clause,
                "verdict": finding.verdict.value,
                "measured": finding.measured,
                "low": finding.rule.low,
                "high": finding.rule.high,
                "unit": finding.rule.unit,
                "sentence": _sentence(finding) if finding in report.broken else None,
            }
            for finding in report.findings
        ],
    }
