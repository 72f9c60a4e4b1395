"""``onecard bureau``: counts, the balance of a batch, its close and certificate, spoilt cards."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crypto import atomic_file
from crypto.cli import open_key_store
from crypto.errors import TrustListError
from crypto.trust import TrustList
from issuance import batches, duties, lifecycle
from issuance.cli_edge import book, json_option, one_line_on_error, operator, operator_option
from issuance.database import reading, transaction
from issuance.issuer_keys import signing_key_name
from issuance.stock import balance, certificate, certified_list, closing, counting, spoilage, watch
from issuance.stock.accounting import FIGURES, Figures
from issuance.stock.errors import CertificateError
from issuance.stock.kinds import Kind
from issuance.stock.serials import Run
from onecard.console import Exit, fail, print_json, print_line, say, settings
from reader.card_profile.profiles import PROFILES

_acting = operator  # the commands have a parameter of that name
_FIGURES_ZH = {
    "received": "收到",
    "carried_in": "上班结转",
    "good": "合格",
    "rejected": "废品",
    "samples": "样品",
    "returned": "退回",
    "carried_out": "结转下班",
}


def _figures(command: Any) -> Any:
    for name in reversed(FIGURES):
        option = f"--{name.replace('_', '-')}"
        command = click.option(option, name, type=int, required=True, help=_FIGURES_ZH[name])(
            command
        )
    return command


@click.command("count")
@click.argument("batch")
@click.option("--station", required=True, help="Where you count.")
@click.option("--kind", type=click.Choice([one.value for one in Kind]), required=True)
@_figures
@operator_option
@json_option
@one_line_on_error
def enter_count(
    batch: str, station: str, kind: str, operator: str | None, as_json: bool, **figures: int
) -> None:
    """Enter what you counted at a station; you are not told what the book expects (盲点).

    Not by the person who worked there. Exit code 1 if it differs: the count stays open.

    \b
    onecard bureau count 371700-20261101-0001 --station P1 --kind card --received 60 \\
        --carried-in 0 --good 59 --rejected 1 --samples 0 --returned 0 --carried-out 0
    """
    by = _acting(operator)
    with book() as engine, transaction(engine) as session:
        differs = counting.count(
            session,
            batch,
            station=station,
            kind=Kind(kind),
            figures=Figures(**figures),
            by=by,
            at=_now(),
        )
    if as_json:
        print_json({"batch": batch, "station": station, "kind": kind, "differs": differs})
    if not differs:
        say("The count agrees and is closed.", "清点相符，已关闭。")
        return
    shown = "、".join(_FIGURES_ZH[name] for name in differs)
    say(f"The count does not agree: {', '.join(differs)}.", f"清点不符：{shown}。")
    raise SystemExit(Exit.REFUSED)


@click.command("balance")
@click.argument("batch")
@json_option
@one_line_on_error
def show_balance(batch: str, as_json: bool) -> None:
    """Where a batch does not balance, with every count. Exit code 1 while it does not.

    \b
    onecard bureau balance 371700-20261101-0001 --json
    """
    with book() as engine, reading(engine) as session:
        found = balance.differences(session, batch)
        counts = [_count(row) for row in counting.counts(session, batch)]
        tries = [_try(row) for row in counting.tries(session, batch)]
    if as_json:
        differences = [one._asdict() for one in found]
        print_json({"batch": batch, "differences": differences, "counts": counts, "tries": tries})
    else:
        for one in counts:
            shown = "  ".join(f"{name} {one[name]}" for name in FIGURES)
            shown = shown if one["counted_at"] else "open"
            print_line(f"{one['station']:<8} {one['kind']:<5} {one['count']:>3}  {shown}")
        for difference in found:
            say(*difference.text())
    if found:
        raise SystemExit(Exit.REFUSED)
    say("The batch balances.", "批次已平账。")


@click.command("close")
@click.argument("batch")
@click.option("--key", help="Signing key; by default the one of this profile's records.")
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path),
    help="Where to write the cards and blanks that are certified.",
)
@operator_option
@json_option
@one_line_on_error
def close_batch(
    batch: str, key: str | None, listed: Path | None, operator: str | None, as_json: bool
) -> None:
    """Close a produced batch that balances, and sign its certificate; not by who made it.

    \b
    onecard bureau close 371700-20261101-0001 --list batch.jsonl --operator Zhou
    """
    by = _acting(operator)
    store = open_key_store()
    with book() as engine:
        with reading(engine) as session:
            profile = PROFILES[batches.get(session, batch).profile]
        signer = store.signer(key or signing_key_name(profile))
        with transaction(engine) as session:
            content = closing.close(session, batch, by=by, at=_now(), signer=signer)
            lines = (closing.card_lines(session, batch), closing.blank_lines(session, batch))
            text = certified_list.dumps(*lines) if listed else ""
    if listed is not None:
        atomic_file.replace(listed, text.encode("ascii"))
    if as_json:
        found = certificate.check(content, trust=store.public_keys())
        print_json(found.to_json())
    say(f"Batch {batch} is closed.", f"批次 {batch} 已关闭。")


@click.command("certificate")
@click.argument("batch")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it.")
@one_line_on_error
def show_certificate(batch: str, out: Path | None) -> None:
    """The certificate of a closed batch; to standard output without --out.

    \b
    onecard bureau certificate 371700-20261101-0001 --out batch.cert
    onecard bureau verify-certificate batch.cert
    """
    with book() as engine, reading(engine) as session:
        text = certificate.to_text(closing.content(session, batch))
    if out is None:
        print_line(text.rstrip())
    else:
        atomic_file.replace(out, text.encode("ascii"))
        say(f"Written: {out}", f"已写入：{out}")


@click.command("verify-certificate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trust", type=click.Path(path_type=Path), help="Trust list instead of the usual.")
@click.option("--list", "listed", type=click.Path(path_type=Path), help="Its cards and blanks.")
@json_option
@one_line_on_error
def verify_certificate(file: Path, trust: Path | None, listed: Path | None, as_json: bool) -> None:
    """Verify the certificate of a batch; needs a trust list and no book. Exit code 0 if genuine.

    \b
    onecard bureau verify-certificate batch.cert --list batch.jsonl
    """
    try:
        trusted = TrustList.loads((trust or settings().trust).read_bytes())
        cards, blanks = certified_list.loads(listed.read_bytes()) if listed else (None, None)
        content = certificate.from_file(file.read_bytes())
        found = certificate.check(content, trust=trusted, cards=cards, blanks=blanks)
    except (CertificateError, TrustListError) as error:
        text = error.cause if isinstance(error, CertificateError) else (f"{error}.", error.zh)
        fail(Exit.REFUSED, *text, remedy=error.remedy)
    facts = found.to_json()
    if as_json:
        print_json(facts)
        return
    for name in ("batch", "closed_at", "region", "size", "first_card", "last_card"):
        print_line(f"{name:<11} {facts[name]}")
    for name in ("cards", "blanks"):
        shown = ", ".join(f"{state} {count}" for state, count in facts[name].items())
        print_line(f"{name:<11} {shown}")
    for step, person in facts["people"].items():
        print_line(f"{step:<11} {person['by']}  {person['at']}")
    say("The certificate is genuine.", "证书有效。")


@click.command()
@click.argument("station")
@operator_option
@one_line_on_error
def release(station: str, operator: str | None) -> None:
    """Let a station go on that stopped after failures in a row; by another person.

    \b
    onecard bureau release P1 --operator Chen
    """
    by = _acting(operator)
    with book() as engine, transaction(engine) as session:
        changed = watch.release(session, station, by=by, at=_now())
    if changed:
        say(f"Station {station} may go on.", f"工位 {station} 已放行。")
    else:
        say(f"Station {station} was not stopped.", f"工位 {station} 未停止。")


def reject_card(
    number: str,
    *,
    reason: str,
    station: str | None,
    blank: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """What `onecard bureau reject CARD` does."""
    by = _acting(operator)
    chip = Run.parse(blank).number.to_bytes(8, "big") if blank else None
    with book() as engine, transaction(engine) as session:
        duties.require_role(session, by, lifecycle.SPOILING, doing=("rejection", "报废"))
        remake = spoilage.reject(
            session,
            number,
            reason=reason,
            by=by,
            at=_now(),
            random=secrets.token_bytes,
            station=station,
            blank=chip,
        )
    if as_json:
        print_json({"card": number, "remake": remake.number, "changed": remake.changed})
    elif remake.changed:
        say(
            f"Card {number} is rejected; {remake.number} takes its place.",
            f"卡 {number} 已报废，由 {remake.number} 替代。",
        )
    else:
        say(
            f"Card {number} was rejected before; its remake is {remake.number}.",
            f"卡 {number} 此前已报废，替代卡为 {remake.number}。",
        )


def _count(row: Any) -> dict[str, Any]:
    return {
        "station": row.station,
        "kind": row.kind.value,
        "work": row.work.value,
        "count": row.number,
        **{name: getattr(row, name) for name in FIGURES},
        "counted_by": row.counted_by,
        "counted_at": row.counted_at.isoformat() if row.counted_at else None,
    }


def _try(row: Any) -> dict[str, Any]:
    return {
        "station": row.station,
        "kind": row.kind.value,
        "count": row.number,
        **{name: getattr(row, name) for name in FIGURES},
        "differs": row.differs,
        "by": row.by,
        "at": row.at.isoformat(),
    }


def _now() -> datetime:
    return datetime.now(UTC)
