"""What makes a file as a whole unusable, in sentences for the clerk."""

from pathlib import Path
from typing import Final, NamedTuple

from issuance.errors import IntakeError


class FaultText(NamedTuple):
    """What is wrong with a file, and what to do, with places for facts."""

    cause: tuple[str, str]
    remedy: tuple[str, str]


_EXPORT_AGAIN = (
    "Export the file again and hand it in whole.",
    "请重新导出完整的文件后再报送。",
)
_COLUMNS = (
    "Compare the first line with the list of columns of this kind of file.",
    "请将第一行与该类文件的列名表核对。",
)
_SAVE_AS = (
    "Save it as an Excel workbook (.xlsx) or as CSV.",
    "请另存为 Excel 工作簿（.xlsx）或 CSV。",
)

TEXTS: Final = {
    "not_found": FaultText(
        ("There is no file {file}.", "找不到文件 {file}。"),
        ("Check the name and the folder.", "请核对文件名和文件夹。"),
    ),
    "directory": FaultText(
        ("{file} is a folder, not a file.", "{file} 是文件夹，不是文件。"),
        ("Name the file inside it.", "请指定其中的文件。"),
    ),
    "unreadable": FaultText(
        ("{file} cannot be read: {why}.", "无法读取 {file}：{why}。"),
        ("Check the permissions and the disk.", "请检查权限和磁盘。"),
    ),
    "empty": FaultText(("{file} is empty.", "{file} 是空文件。"), _EXPORT_AGAIN),
    "no_rows": FaultText(
        ("{file} has a header but no row.", "{file} 只有表头，没有数据行。"), _EXPORT_AGAIN
    ),
    "encoding": FaultText(
        (
            "{file} is not in {encoding}: byte {offset} (counted from 0) does not fit.",
            "{file} 不是 {encoding} 编码：第 {offset} 字节（从 0 计）不符。",
        ),
        ("Save it in GB18030 or UTF-8.", "请以 GB18030 或 UTF-8 编码保存。"),
    ),
    "nul": FaultText(
        (
            "{file} has a zero byte at {offset} (counted from 0): it is not text, or it is UTF-16.",
            "{file} 第 {offset} 字节（从 0 计）为零：不是文本文件，或为 UTF-16 编码。",
        ),
        ("Save it in GB18030 or UTF-8.", "请以 GB18030 或 UTF-8 编码保存。"),
    ),
    "truncated": FaultText(
        (
            "{file} ends in the middle of a row, after {row} whole ones.",
            "{file} 在第 {row} 行之后中断，末行不完整。",
        ),
        _EXPORT_AGAIN,
    ),
    "quoting": FaultText(
        (
            "The quotation marks of {file} are wrong after row {row}: {why}.",
            "{file} 第 {row} 行之后引号有误：{why}。",
        ),
        (
            "Put fields with a comma, a quotation mark or a line break in quotation marks, "
            "and double those inside.",
            "含逗号、引号或换行的字段须加引号，字段内的引号须双写。",
        ),
    ),
    "too_long": FaultText(
        (
            "{file} has a row of more than {limit} characters after row {row}.",
            "{file} 第 {row} 行之后有一行超过 {limit} 个字符。",
        ),
        (
            "Check the line breaks, and that every opening quotation mark is closed.",
            "请检查换行，以及每个引号是否成对。",
        ),
    ),
    "no_header": FaultText(
        ("The first line of {file} is no header.", "{file} 的第一行不是表头。"), _COLUMNS
    ),
    "unknown_column": FaultText(
        ("{file} has an unknown column: {field}.", "{file} 有未知的列：{field}。"), _COLUMNS
    ),
    "missing_column": FaultText(
        ("{file} has no column {field}.", "{file} 缺少列：{field}。"), _COLUMNS
    ),
    "duplicate_column": FaultText(
        ("{file} has the column {field} twice.", "{file} 的列 {field} 重复。"), _COLUMNS
    ),
    "workbook": FaultText(
        ("{file} is not a workbook that can be read.", "{file} 不是可读取的工作簿。"), _SAVE_AS
    ),
    "workbook_size": FaultText(
        (
            "{file} unpacks to more than {limit} MB.",
            "{file} 解压后超过 {limit} MB。",
        ),
        (
            "Hand in the rows in several files, without pictures or other sheets.",
            "请分成几个文件报送，且不要带图片或其他工作表。",
        ),
    ),
    "photos": FaultText(
        (
            "The photos {file} are neither a folder nor a ZIP file that can be read.",
            "相片 {file} 不是文件夹，也不是可读取的 ZIP 文件。",
        ),
        ("Name a folder or a ZIP file of photos.", "请指定相片文件夹或 ZIP 文件。"),
    ),
    "not_written": FaultText(
        ("{file} could not be written: {why}.", "无法写入 {file}：{why}。"),
        ("Check the free space and the permissions.", "请检查剩余空间和权限。"),
    ),
}

REASONS: Final = tuple(TEXTS)


def fault(
    reason: str, file: Path, *, row: int | None = None, field: str | None = None, **facts: object
) -> IntakeError:
    """The error to raise for *reason*; *facts* fill the places in its sentences."""
    text = TEXTS[reason]
    places = {"file": file.name or str(file), "row": row, "field": field, **facts}
    en, zh = (sentence.format(**places) for sentence in text.cause)
    return IntakeError(reason, file, cause=(en, zh), remedy=text.remedy, row=row, field=field)
