"""``onecard bureau send``, ``receive``, ``exchange`` and ``recall``: files to and from bureaus."""

import secrets
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from crypto import atomic_file
from crypto.cli import open_key_store
from issuance import batches
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from issuance.exchange import dispatch as dispatches
from issuance.exchange import sending, status
from issuance.exchange.cli_keys import (
    Keys,
    certificate_option,
    key_file_option,
    key_option,
    password_option,
)
from issuance.exchange.sending import VOLUME_SIZE
from issuance.exchange.source import source
from onecard.console import print_json, print_line, progress, say

_acting = acting  # the commands have a parameter of that name


@click.command()
@click.argument("batch")
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, help="The bureau's certificate (PEM)."
)
@certificate_option
@key_file_option
@key_option
@password_option
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for them.")
@click.option("--bureau", help="Its name; by default the common name of its certificate.")
@click.option("--mac-key", metavar="NAME", help="Shared AES master key: a MAC for every record.")
@click.option(
    "--module",
    type=click.Path(path_type=Path),
    help="Certificate of its module (PEM), which alone opens the cards' keys; --to without.",
)
@click.option(
    "--size", type=click.IntRange(1, 100_000), default=VOLUME_SIZE, help="Cards a volume."
)
@operator_option
@json_option
@one_line_on_error
def send(
    batch: str,
    to: Path,
    certificate: Path,
    key_file: Path | None,
    key: str | None,
    password_file: Path | None,
    out: Path,
    bureau: str | None,
    mac_key: str | None,
    module: Path | None,
    size: int,
    operator: str | None,
    as_json: bool,
) -> None:
    """Write a batch's record files for a personalization bureau: signed, encrypted to it.

    One file for some thousand cards. Cut off at any moment, it is simply run again: it goes on
    with the volumes that are not written, and sends no card twice. Cards that were prepared ahead
    go with their keys, for the blanks that they were prepared for.

    \b
    onecard bureau send BATCH --to bureau.pem --cert issuer.pem --key exchange --out post
    onecard bureau send BATCH --to bureau.pem --cert issuer.pem --sign-key issuer.key --out post
    """
    by = _acting(operator)
    keys = Keys(certificate, key_file, key, password_file)
    addressee = keys.addressee(to, bureau, mac_key, module, _postbox(out))
    sent = []
    with book() as engine:
        with reading(engine) as session:
            volumes = -(-batches.get(session, batch).size // size)
        out.mkdir(parents=True, exist_ok=True)
        running = sending.send(
            engine,
            batch,
            addressee,
            source(keys.store),
            by=by,
            clock=_now,
            random=secrets.token_bytes,
            size=size,
        )
        for one in progress(running, label=("Writing", "写出"), length=volumes):
            sent.append(one)
            if not as_json:
                print_line(f"{one.volume:>5}/{one.volumes}  {one.cards:>6}  {one.name}")
    if as_json:
        print_json({"batch": batch, "bureau": addressee.bureau, "files": [asdict(s) for s in sent]})
    count = sum(one.cards for one in sent)
    say(
        f"{count} cards in {len(sent)} files for {addressee.bureau}, in {out}",
        f"已为 {addressee.bureau} 写出 {len(sent)} 个文件，共 {count} 张卡：{out}",
    )


@click.command("exchange")
@click.argument("batch")
@json_option
@one_line_on_error
def show(batch: str, as_json: bool) -> None:
    """Where a batch's files stand: sent, come back, still out, missing.

    \b
    onecard bureau exchange 371700-20261101-0001
    """
    with book() as engine, reading(engine) as session:
        found = status.of_batch(session, batch)
    if as_json:
        print_json(_as_json(asdict(found)))
        return
    for one in found.sent:
        when = f"{one.sent_at:%Y-%m-%d %H:%M}" if one.sent_at else "-"
        print_line(
            f"{one.dispatch:>3} {one.volume:>5}/{one.volumes:<5} {one.bureau}  {when}  "
            f"cards {one.cards}, good {one.good}, rejected {one.rejected}, out {one.out}"
            f"{'  recalled' if one.recalled_at else ''}"
        )
    waiting = [str(one.volume) for one in found.sent if one.untouched]
    if waiting:
        say(
            f"Nothing came back yet of volumes: {', '.join(waiting)}.",
            f"尚未返回的卷：{'、'.join(waiting)}。",
        )
    for bureau, gaps in found.missing_sequences.items():
        numbers = ", ".join(map(str, gaps))
        say(
            f"Return files of {bureau} that did not come: {numbers}.",
            f"{bureau} 未到的返回文件：{numbers}。",
        )


@click.command()
@click.argument("batch")
@click.option("--dispatch", type=click.IntRange(1), required=True, help="Its number.")
@click.option("--reason", required=True, help="Why; kept in the book.")
@operator_option
@json_option
@one_line_on_error
def recall(batch: str, dispatch: int, reason: str, operator: str | None, as_json: bool) -> None:
    """Give up what is out of a dispatch, so that its cards can be sent again.

    Be sure first that nobody makes cards of the old files.

    \b
    onecard bureau recall 371700-20261101-0001 --dispatch 1 --reason "disk lost on its way"
    """
    by = _acting(operator)
    with book() as engine, transaction(engine) as session:
        count = dispatches.recall(session, batch, dispatch, reason=reason, by=by, at=_now())
    if as_json:
        print_json({"batch": batch, "dispatch": dispatch, "cards": count})
    say(f"Cards recalled: {count}.", f"已撤回 {count} 张卡。")


@click.command("exchange-certificate")
@click.argument("key")
@click.option("--name", required=True, help="Whose it is, as its common name.")
@click.option("--days", type=click.IntRange(1, 3_650), default=1_095, help="How long it is valid.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to write it.")
@one_line_on_error
def certificate(key: str, name: str, days: int, out: Path) -> None:
    """Write a certificate for a signing key of the key store, to be given to bureaus.

    It is signed by the key itself: bureaus pin it, and should get it by hand.

    \b
    onecard keys create exchange --kind signing --suite NIST
    onecard bureau exchange-certificate exchange --name "Issuer 371700" --out issuer.pem
    """
    from crypto.cms_self_signed import SERIAL_SIZE, self_signed

    signer, now = open_key_store().signer(key), _now()
    made = self_signed(
        signer,
        name,
        serial=secrets.token_bytes(SERIAL_SIZE),
        not_before=now,
        not_after=now + timedelta(days=days),
    )
    atomic_file.replace(out, made, mode=0o644)
    say(f"Written: {out}", f"已写入：{out}")


def _postbox(folder: Path) -> Any:
    def deliver(name: str, data: bytes) -> None:
        atomic_file.replace(folder / name, data)

    return deliver


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {name: _as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value


def _now() -> datetime:
    return datetime.now(UTC)
