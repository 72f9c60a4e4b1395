"""A few random schedules of the floor; ten thousand are in `make soak RUN=accounting`."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.accounting_machine import Accounting
from tests.accounting_on_postgresql import accounting
from tests.postgresql import PrivatePostgres


def _few(schedules: int) -> settings:
    return settings(
        max_examples=schedules,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_the_equation_holds_or_the_batch_is_open() -> None:
    run_state_machine_as_test(Accounting, settings=_few(12))


@pytest.mark.postgres
def test_it_holds_on_postgresql_too(postgres: PrivatePostgres) -> None:
    run_state_machine_as_test(accounting(postgres), settings=_few(3))
