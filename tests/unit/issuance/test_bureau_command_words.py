"""What `onecard bureau` says in Chinese, and what may follow a refusal."""

from enum import Enum
from pathlib import Path

import pytest

from issuance import states
from issuance.state_words import STATE_WORDS
from onecard.console import Exit
from tests.bureau import CHIEF, MAKER, TODAY
from tests.bureau_desk import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_every_state_and_event_has_its_words() -> None:
    kinds = [kind for kind in vars(states).values() if isinstance(kind, type)]
    every = {one for kind in kinds if issubclass(kind, Enum) for one in kind}
    assert every == set(STATE_WORDS)
    assert all(english and chinese for english, chinese in STATE_WORDS.values())


def test_a_batch_is_shown_in_chinese(office: Office) -> None:
    batch = office.produced()
    office.language = "zh"
    assert office.run("list").stdout.split()[:2] == [batch, "制卡中"]
    shown = office.run("status", batch).stdout.splitlines()
    assert {"状态：制卡中", f"审批人：{CHIEF}", f"开工人：{MAKER}", "申请 已制卡：4"} <= set(shown)
    assert "卡 已备制：4" in shown
    assert "已备制" in office.run("cards", batch).stdout
    checked = office.run("check", office.file, "--date", TODAY).stdout
    # Four have a card in the making by now, and one has no telephone.
    assert checked.split()[:6] == ["行数", "5", "受理", "0", "退回", "5"]


def test_what_may_follow_is_told_in_both_languages(office: Office) -> None:
    number, *_ = office.handed_over()
    office.run("loss", number, "--final")
    english = office.run("lift", number)
    assert english.exit_code == Exit.STATE
    assert f"Not allowed: lift while card {number} is lost." in english.stderr
    assert "What may follow is cancel, replace; see docs/lifecycles.md." in english.stderr
    office.language = "zh"
    chinese = office.run("lift", number).stderr
    assert f"卡 {number} 当前为“正式挂失”，不允许“解挂”。" in chinese
    assert "当前可办理：注销、补换；" in chinese
    assert f"卡 {number} 现为“已注销”。" in office.run("cancel", number, "--reason", "x").stderr


def test_a_batch_whose_last_card_was_cancelled_is_done(office: Office) -> None:
    batch = office.produced()
    for card in office.json("cards", batch)["cards"]:
        office.json("cancel", card["number"], "--reason", "moved")
    assert office.json("produce", batch, "--operator", MAKER)["state"] == "produced"
