"""How the commands show a batch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from issuance import batches
from issuance.models import Batch
from issuance.state_words import chinese
from onecard.console import language, print_json, print_line

_CHINESE: Final[Mapping[str, str]] = {
    "batch": "批次",
    "state": "状态",
    "region": "发卡地区",
    "profile": "卡规范",
    "signing": "签名方式",
    "size": "申请数",
    "due_on": "承诺日期",
    "requested_by": "申请人",
    "requested_at": "申请时间",
    "approved_by": "审批人",
    "approved_at": "审批时间",
    "started_by": "开工人",
    "started_at": "开工时间",
    "produced_at": "完工时间",
    "closed_by": "结批人",
    "closed_at": "结批时间",
    "ended_by": "终止人",
    "ended_at": "终止时间",
    "end_reason": "终止原因",
}


def print_status(found: batches.BatchStatus, *, as_json: bool) -> None:
    """A batch and the counts of its applications and cards."""
    found_facts = facts(found.batch)
    counts = {
        "applications": {state.value: count for state, count in found.applications.items()},
        "cards": {state.value: count for state, count in found.cards.items()},
    }
    if as_json:
        print_json({**found_facts, **counts})
        return
    if language() == "zh":
        _print_chinese(found, found_facts)
        return
    for name, value in found_facts.items():
        if value is not None:
            print_line(f"{name:<13} {value}")
    for kind, states in counts.items():
        for state, count in states.items():
            print_line(f"{kind:<13} {state:<13} {count:>8}")


def _print_chinese(found: batches.BatchStatus, shown: Mapping[str, Any]) -> None:
    words = {"state": chinese(found.batch.state), "signing": chinese(found.batch.signing)}
    for name, value in shown.items():
        if value is not None:
            print_line(f"{_CHINESE[name]}：{words.get(name, value)}")
    counts: Mapping[str, Mapping[Any, int]] = {"申请": found.applications, "卡": found.cards}
    for kind, states in counts.items():
        for state, count in states.items():
            print_line(f"{kind} {chinese(state)}：{count}")


def facts(batch: Batch) -> dict[str, Any]:
    """What is shown of a batch."""

    def moment(at: datetime | None) -> str | None:
        return at.isoformat(timespec="seconds") if at else None

    return {
        "batch": batch.id,
        "state": batch.state.value,
        "region": batch.region,
        "profile": batch.profile,
        "signing": batch.signing.value,
        "size": batch.size,
        "due_on": batch.due_on.isoformat() if batch.due_on else None,
        "requested_by": batch.requested_by,
        "requested_at": moment(batch.requested_at),
        "approved_by": batch.approved_by,
        "approved_at": moment(batch.approved_at),
        "started_by": batch.started_by,
        "started_at": moment(batch.started_at),
        "produced_at": moment(batch.produced_at),
        "closed_by": batch.closed_by,
        "closed_at": moment(batch.closed_at),
        "ended_by": batch.ended_by,
        "ended_at": moment(batch.ended_at),
        "end_reason": batch.end_reason,
    }
