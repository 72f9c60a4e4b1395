"""A card that the server works itself: the agent carries its orders out, on whatever lies there."""

from collections.abc import Mapping
from typing import Any

import pytest

from issuance.slots import Slot
from reader.errors import ReaderError
from reader.session import CardSession
from tests.agent_at_work import Page, agent, error_code

TICKET = "t-1"
SELECT_MF = bytes.fromhex("00 A4 00 00 02 3F 00")


def reads(times: int = 1, begun: list[int] | None = None) -> Any:
    """A job of the server: what a card says of itself, again and again."""

    def job(slot: Slot) -> Mapping[str, Any]:
        try:
            with slot() as transport:
                session = CardSession(transport)
                for _ in range(times):
                    if begun is not None:
                        begun.append(1)
                    transport.transmit(SELECT_MF)
                return {"region": str(session.identification_code.region)}
        except ReaderError as error:
            return {"error": {"code": error.code}}

    return job


@pytest.fixture(name="replaced")
def _replaced(counter):
    counter.server.ticket(TICKET, "replace")
    counter.server.jobs[TICKET] = reads()
    return counter


def do(counter) -> tuple[dict[str, Any], Page]:
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        return page.call("card.do", ticket=TICKET), page


def test_no_card_has_to_be_shown_and_the_server_is_told_nothing_else(replaced):
    result, page = do(replaced)
    assert result == {"action": "replace", "region": "430100"}
    assert [event["event"] for event in page.events] == ["progress"]
    assert replaced.server.reported == []
    assert (replaced.table.opened, replaced.table.closed) == (1, 1)


def test_the_page_hears_of_it_now_and_then(replaced):
    replaced.server.jobs[TICKET] = reads(60)
    _, page = do(replaced)
    orders = [event["orders"] for event in page.events]
    assert orders == [1, 26, 51]


def test_without_a_card_the_server_says_so(replaced):
    replaced.table.put(None)
    result, _ = do(replaced)
    assert result["error"] == {"code": "no-card"}


def test_a_card_taken_away_ends_it_and_the_same_again_goes_on(replaced):
    blank, replaced.table.removed_after = replaced.table.card, 2
    with agent(place=replaced.table, server=replaced.server) as running, running.page() as page:
        assert page.call("card.do", ticket=TICKET)["error"] == {"code": "card-removed"}
        replaced.table.removed_after = None
        replaced.table.put(blank)
        assert page.call("card.do", ticket=TICKET)["region"] == "430100"


def test_a_page_that_leaves_ends_it_and_the_next_one_goes_on(replaced):
    begun: list[int] = []
    replaced.server.jobs[TICKET] = reads(2_000, begun)
    with agent(place=replaced.table, server=replaced.server) as running:
        with running.page() as page:
            page.ask("card.do", ticket=TICKET)
            assert page.receive()["event"] == "progress"
        replaced.server.jobs[TICKET] = reads()
        with running.page() as page:
            assert page.call("card.do", ticket=TICKET)["region"] == "430100"
    assert len(begun) < 2_000


def test_what_was_known_of_a_card_before_is_forgotten(replaced):
    with agent(place=replaced.table, server=replaced.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        page.call("card.do", ticket=TICKET)
        assert page.call("desk.status")["card"] == {"shown": False}
        assert page.refused("card.photo") == "not-shown"


def test_it_may_take_longer_than_any_other_call(replaced):
    replaced.table.delay = 0.02
    replaced.server.jobs[TICKET] = reads(60)
    with (
        agent(place=replaced.table, server=replaced.server, seconds=0.5) as running,
        running.page() as page,
    ):
        assert page.call("card.do", ticket=TICKET)["region"] == "430100"


def test_a_line_that_fails_is_told_and_the_same_again_goes_on(replaced):
    replaced.server.jobs[TICKET] = reads(2_000)
    with agent(place=replaced.table, server=replaced.server) as running, running.page() as page:
        page.ask("card.do", ticket=TICKET)
        assert page.receive()["event"] == "progress"
        replaced.server.down = True
        answer = page.answer()
        assert error_code(answer) == "line-down"
        replaced.server.down = False
        replaced.server.jobs[TICKET] = reads()
        assert page.call("card.do", ticket=TICKET)["region"] == "430100"


def test_a_reader_is_named_and_no_other_is_taken(replaced):
    (reader,) = replaced.table.readers()
    with agent(place=replaced.table, server=replaced.server) as running, running.page() as page:
        status = page.call("desk.status")
        assert status["cards"] == [{"reader": reader, "interface": "contact"}]
        page.call("card.present", ticket="visit-1", reader=reader)
        assert page.refused("card.present", ticket="visit-1", reader="Elsewhere") == "no-reader"
        assert page.call("card.do", ticket=TICKET, reader=reader)["region"] == "430100"
        assert page.refused("card.present", ticket="visit-1", reader="a\nb") == "wrong-parameter"
