"""The refused rows as a file for the clerk: corrected, it can be handed in as it is.

Two columns stand before those of the bureau file: the reasons and a sentence for each. The other
fields follow as they were, too few or too many of them if so they came.
"""

import codecs
import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from issuance.intake.columns import RETURN_HEADERS
from issuance.intake.csv_file import Encoding
from issuance.intake.faults import fault
from issuance.intake.reasons import SENTENCES
from issuance.intake.report import Report

Returned = tuple[str, str, Sequence[str]]  # reasons, sentences, the fields as they stood


def write_refused(report: Report, path: Path) -> int:
    """Write the refused rows to *path*, in the encoding of the file; returns how many.

    The file appears whole or not at all. Raises IntakeError when it cannot be written.
    """
    rows = (
        (
            " ".join(refused.reasons),
            "".join(SENTENCES[reason][1] for reason in refused.reasons),
            record,
        )
        for refused, record in report.refused_records()
    )
    write_returned(path, report.encoding, report.header, rows)
    return report.refused


def write_returned(
    path: Path, encoding: Encoding, header: Sequence[str], rows: Iterable[Returned]
) -> None:
    """Write *rows* of any file to *path*, behind why each comes back.

    The file appears whole or not at all. Raises IntakeError when it cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                _write(encoding, header, rows, file.write)
                file.flush()
                os.fsync(handle)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)  # it is gone when all went well
    except OSError as error:
        raise fault("not_written", path, why=error.strerror) from error


def _write(
    encoding: Encoding,
    header: Sequence[str],
    rows: Iterable[Returned],
    write: Callable[[bytes], object],
) -> None:
    if encoding is Encoding.UTF8_BOM:
        write(codecs.BOM_UTF8)
    # A file that was returned before has these columns already; they are replaced.
    former = {place for place, name in enumerate(header) if name in RETURN_HEADERS}

    def original(record: Sequence[str]) -> list[str]:
        return [field for place, field in enumerate(record) if place not in former]

    line = io.StringIO()
    writer = csv.writer(line)  # RFC 4180: lines end with CR LF

    def put(fields: list[str]) -> None:
        writer.writerow(fields)
        write(encoding.encode(line.getvalue()))
        line.seek(0)
        line.truncate()

    put([*RETURN_HEADERS, *original(header)])
    for reasons, sentences, record in rows:
        put([reasons, sentences, *original(record)])
