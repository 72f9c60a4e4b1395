"""Clerks with a card on the reader: of every kind (`clerk`), or of version 3.00 (`v3`).

Cards are made once a module; what a test does to one, it undoes or says.
"""

import pytest

from reader.card_profile.profiles import PROFILES
from tests.clerk import Clerk, made_card


@pytest.fixture(scope="module", params=sorted(PROFILES))
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clerk")
    return folder, *made_card(folder, request.param)


@pytest.fixture
def clerk(made) -> Clerk:
    return Clerk(*made)


@pytest.fixture(scope="module")
def made_v3(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clerk")
    return folder, *made_card(folder, "v3.00")


@pytest.fixture
def v3(made_v3) -> Clerk:
    return Clerk(*made_v3)
