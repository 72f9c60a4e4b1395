"""What a counter is like, as findings: its trust list, status lists, server, clock and agent."""

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crypto.errors import CryptoError
from crypto.trust import TrustList
from reader.diagnosis import Finding, State
from reader.server_errors import (
    ServerCaError,
    ServerCertificateError,
    ServerError,
    ServerInsecureError,
    ServerMalformedError,
    ServerUnreachableError,
)
from reader.server_http import require_secure
from reader.server_line import Question, ServerLine
from reader.status_list import StatusListError, status_lists
from reader.tcp import parse_address

HEALTH = "/healthz"
SERVER_SECONDS = 5.0
REFUSED, SERVER_FAULT = 400, 500  # and above: the latter is not ready, whoever asks
SKEW_NOTED, SKEW_HARMS = timedelta(seconds=30), timedelta(minutes=5)
FROM_THE_ISSUER = ("Get the newest one from the issuer.", "请向发卡机构获取最新文件。")
OLD_LIST = timedelta(days=2)


def trust(path: Path, now: datetime) -> Finding:
    """The trust list: how old it is, and its keys."""
    facts: dict[str, Any] = {"file": _shown(path)}
    try:
        keys = list(TrustList.loads(path.read_bytes()))
        facts["age_days"] = _age(path, now).days
    except OSError:
        return Finding(
            subject="trust-list",
            state=State.FAULT,
            text=("There is no trust list: nothing can be verified.", "没有信任列表，无法验卡。"),
            remedy=FROM_THE_ISSUER,
            facts=facts,
        )
    except CryptoError as error:
        return Finding(
            subject="trust-list",
            state=State.FAULT,
            text=(f"The trust list cannot be used: {error}.", f"信任列表无法使用：{error.zh}。"),
            remedy=FROM_THE_ISSUER,
            facts=facts,
        )
    facts["keys"] = [
        {
            "name": key.name,
            "suite": key.suite.name,
            "kid": key.kid.hex(),
            "valid_today": key.valid_on(now.date()),
        }
        for key in keys
    ]
    good = sum(key.valid_on(now.date()) for key in keys)
    return Finding(
        subject="trust-list",
        state=State.OK if good else State.FAULT,
        text=(
            f"Trust list of {facts['age_days']} days, {good} keys valid today.",
            f"信任列表已有 {facts['age_days']} 天，今日有效密钥 {good} 个。",
        ),
        remedy=None if good else FROM_THE_ISSUER,
        facts=facts,
    )


def status_list(path: Path | None, trust_path: Path, now: datetime) -> Finding:
    """The signed status lists: how old they are, and whether they hold."""
    if path is None:
        return Finding(
            subject="status-list",
            state=State.NOTE,
            text=(
                "No status list is set: without the server a loss is not seen.",
                "未设置状态列表：离线时无法得知挂失。",
            ),
            remedy=(
                "Set ONECARD_STATUS_LIST, if this desk works without a network.",
                "若本柜台需离线办理，请设置 ONECARD_STATUS_LIST。",
            ),
        )
    facts: dict[str, Any] = {"file": _shown(path)}
    try:
        lists = status_lists(path.read_bytes())
        facts["lists"] = len(lists)
        facts["issued"] = min(one.issued_at for one in lists).isoformat()
        facts["expires"] = min(one.expires_at for one in lists).isoformat()
        known = TrustList.loads(trust_path.read_bytes())
        for one in lists:
            one.verify(known, now=now)
    except (OSError, StatusListError, CryptoError) as error:
        reason = type(error).__name__ if isinstance(error, OSError) else str(error)
        return Finding(
            subject="status-list",
            state=State.FAULT,
            text=(f"The status list cannot be used: {reason}.", f"状态列表无法使用：{reason}。"),
            remedy=FROM_THE_ISSUER,
            facts=facts,
        )
    age = now - min(one.issued_at for one in lists)
    return Finding(
        subject="status-list",
        state=State.OK if age < OLD_LIST else State.NOTE,
        text=(
            f"{len(lists)} status lists, the oldest of {age.days} days.",
            f"状态列表 {len(lists)} 份，最旧的已有 {age.days} 天。",
        ),
        remedy=None if age < OLD_LIST else FROM_THE_ISSUER,
        facts=facts,
    )


def server(
    address: str | None, *, has_key: bool, now: datetime, ca: Path | None = None
) -> Iterator[Finding]:
    """Whether the issuer's service answers, and whether its clock is this machine's."""
    if address is None:
        yield Finding(
            subject="server",
            state=State.NOTE,
            text=("No server is set.", "未设置服务器。"),
            remedy=(
                "Set ONECARD_SERVER and ONECARD_DESK_KEY, if this desk works with one.",
                "若本柜台使用服务器，请设置 ONECARD_SERVER 和 ONECARD_DESK_KEY。",
            ),
        )
        return
    facts: dict[str, Any] = {"address": address, "desk_key": has_key}
    try:
        clock = _ask(address, ca)
    except ServerError as error:
        told = isinstance(error, (ServerCertificateError, ServerCaError, ServerInsecureError))
        facts["reason"] = error.detail or error.code
        yield Finding(
            subject="server",
            state=State.FAULT,
            text=error.cause if told else ("The server does not answer.", "服务器没有响应。"),
            remedy=error.remedy
            if told
            else (
                "Check the network and the address; ask the issuer whether the service runs.",
                "请检查网络和地址；并向发卡机构确认服务是否运行。",
            ),
            facts=facts,
        )
        return
    yield Finding(
        subject="server",
        state=State.OK if has_key else State.NOTE,
        text=("The server answers.", "服务器正常。"),
        remedy=None
        if has_key
        else ("This desk has no key there: set ONECARD_DESK_KEY.", "请设置 ONECARD_DESK_KEY。"),
        facts=facts,
    )
    if clock is not None:
        yield _clock(clock - now)


def agent_port(address: str) -> Finding:
    """Whether the agent could listen, or something does."""
    facts = {"address": address}
    try:
        host, port = parse_address(address)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with closing(socket.socket(family)) as probe:
            probe.bind((host, port))
    except ValueError:
        return Finding(
            subject="agent",
            state=State.FAULT,
            text=("The agent's address is none.", "代理程序地址有误。"),
            remedy=(
                "Set ONECARD_AGENT_BIND to HOST:PORT.",
                "请将 ONECARD_AGENT_BIND 设为 HOST:PORT。",
            ),
            facts=facts,
        )
    except OSError:
        return Finding(
            subject="agent",
            state=State.NOTE,
            text=(
                f"Something listens on {address}: the agent, if it runs.",
                f"{address} 已被占用：代理程序正在运行时属正常。",
            ),
            remedy=(
                "If the agent does not start, end the other program or set ONECARD_AGENT_BIND.",
                "若代理程序无法启动，请结束占用端口的程序或修改 ONECARD_AGENT_BIND。",
            ),
            facts=facts,
        )
    return Finding(
        subject="agent",
        state=State.OK,
        text=(f"The agent's port is free ({address}).", f"代理程序端口空闲（{address}）。"),
        facts=facts,
    )


def _ask(address: str, ca: Path | None) -> datetime | None:
    require_secure(address)
    line = ServerLine(address, ca=ca, seconds=SERVER_SECONDS)
    path = urlsplit(address).path.rstrip("/") + HEALTH
    try:
        reply = line.ask(Question(method="GET", path=path))
    finally:
        line.close()
    if reply.status >= SERVER_FAULT or (reply.status >= REFUSED and not reply.date):
        raise ServerUnreachableError(f"HTTP {reply.status}")
    try:
        return parsedate_to_datetime(reply.date) if reply.date else None
    except ValueError as error:
        raise ServerMalformedError(str(error)) from error


def _clock(ahead: timedelta) -> Finding:
    seconds = round(ahead.total_seconds())
    off = abs(ahead)
    state = State.OK if off < SKEW_NOTED else State.NOTE if off < SKEW_HARMS else State.FAULT
    return Finding(
        subject="clock",
        state=state,
        text=(
            f"The server's clock is {seconds:+d} seconds from this machine's.",
            f"服务器时钟与本机相差 {seconds:+d} 秒。",
        ),
        remedy=None
        if state is State.OK
        else ("Let the system set the clock of this machine.", "请让系统自动校准本机时间。"),
        facts={"seconds": seconds},
    )


def _age(path: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _shown(path: Path) -> str:
    """A path without the name of whose home it is in."""
    try:
        return str(Path("~") / path.absolute().relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
