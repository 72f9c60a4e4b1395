"""``onecard card doctor``: one report on this desk that a clerk can send."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from onecard.console import Exit, Sentence, print_json, print_line, say, settings
from onecard.settings import Settings
from reader import diagnosis, diagnosis_desk
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_trace import trace_options
from reader.diagnosis import Finding, State

# Words, not signs: a console of Windows may not have the signs.
STATES = {
    State.OK: Sentence("ok   ", "正常"),
    State.NOTE: Sentence("note ", "注意"),
    State.FAULT: Sentence("FAULT", "故障"),
}


def findings(chosen: Settings, now: datetime) -> Iterator[Finding]:
    """All that is looked at, in the order of the report."""
    yield diagnosis.program()
    yield from diagnosis.readers()
    yield diagnosis_desk.trust(chosen.trust, now)
    yield diagnosis_desk.status_list(chosen.status_list, chosen.trust, now)
    has_key = chosen.desk_key is not None
    yield from diagnosis_desk.server(chosen.server, has_key=has_key, now=now, ca=chosen.server_ca)
    yield diagnosis_desk.agent_port(chosen.agent_bind)


@click.command()
@trace_options
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Into a file.")
@json_option
@one_line_on_error
def doctor(output: Path | None, as_json: bool) -> None:
    """What is wrong at this desk, and what to do about it: one report, to read or to send.

    It names no person, and no number of the card in the reader beyond its region. Exit code 1 if
    something is at fault.

    \b
    onecard card doctor
    onecard card doctor --output desk.txt
    onecard card doctor --json
    """
    now = datetime.now(UTC)
    found = list(findings(settings(), now))
    if output is not None:
        text = json.dumps(_report(found, now), ensure_ascii=False, indent=2)
        content = text if as_json else "\n".join(_lines(found, now))
        output.write_text(content + "\n", encoding="utf-8")
        say(f"The report is in {output}.", f"报告已写入 {output}。")
    elif as_json:
        print_json(_report(found, now))
    else:
        for line in _lines(found, now):
            print_line(line)
    if any(one.state is State.FAULT for one in found):
        raise SystemExit(Exit.REFUSED)


def _report(found: list[Finding], now: datetime) -> dict[str, Any]:
    return {
        "format": "onecard-doctor",
        "version": 1,
        "at": now.isoformat(timespec="seconds"),
        "healthy": not any(one.state is State.FAULT for one in found),
        "findings": [one.to_json() for one in found],
    }


def _lines(found: list[Finding], now: datetime) -> Iterator[str]:
    moment = f"{now:%Y-%m-%d %H:%M} UTC"
    yield Sentence(f"onecard card doctor, {moment}", f"柜台诊断 {moment}").text()
    for one in found:
        yield f"{STATES[one.state].text()}  {Sentence(*one.text).text()}"
        if one.remedy:
            yield f"       - {Sentence(*one.remedy).text()}"
        for name, value in one.facts.items():
            if value not in (None, False, [], ""):
                yield f"         {name}: {_shown(value)}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
