"""A medical settlement: INITIALIZE FOR PURCHASE, DEBIT FOR PURCHASE (38号, 2.4 to 2.8)."""

from hardware_sim.card.state import Chip
from hardware_sim.card.wallet_keys import (
    MAC_SIZE,
    TransactionKey,
    certificate,
    commit,
    expect,
    find,
    packed_time,
)
from hardware_sim.card.wallet_state import PendingSettlement, Proof, WalletStep, YearTotal
from reader.card_profile.medical_account import (
    AMOUNT_SIZE,
    MAX_AMOUNT,
    MAX_COUNT,
    RANDOM_SIZE,
    TERMINAL_COUNT_SIZE,
    TERMINAL_SIZE,
    TIME_SIZE,
    Opening,
    Settlement,
    TransactionType,
    log_record,
    settlement_mac1_data,
    settlement_session,
    settlement_tac_data,
)
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

AMOUNTS_SIZE = 3 * AMOUNT_SIZE


def initialize(chip: Chip, command: CommandApdu) -> bytes:
    """Key index (1), three amounts (12), terminal (6); answered with the opening."""
    expect(command, 1 + AMOUNTS_SIZE + TERMINAL_SIZE)
    wallet = chip.persistent.wallet
    key = find(chip, "DPK", command.data[0])
    paid = Settlement.decode(command.data[1 : 1 + AMOUNTS_SIZE])
    if paid.account > wallet.balance:
        raise StatusError(SW.INSUFFICIENT_FUNDS)
    if wallet.settlements >= MAX_COUNT:
        raise StatusError(SW.TRANSACTION_NUMBERS_EXHAUSTED)
    step = PendingSettlement(
        paid=paid,
        terminal=command.data[1 + AMOUNTS_SIZE :],
        random=chip.random(RANDOM_SIZE),
        key_version=key.cell.version,
    )
    chip.volatile.wallet_step = step
    mark = chip.profile.algorithm_mark
    return Opening(wallet.balance, wallet.settlements, key.cell.version, mark, step.random).encode()


def debit(chip: Chip, command: CommandApdu, step: WalletStep | None) -> bytes:
    """The terminal's number (4), time (7), MAC1 (4); answered with TAC and MAC2."""
    if not isinstance(step, PendingSettlement):
        raise StatusError(SW.COMMAND_NOT_ACCEPTED)
    expect(command, TERMINAL_COUNT_SIZE + TIME_SIZE + MAC_SIZE)
    terminal_count = command.data[:TERMINAL_COUNT_SIZE]
    time = packed_time(command.data[TERMINAL_COUNT_SIZE:-MAC_SIZE])
    wallet, paid = chip.persistent.wallet, step.paid
    count, year = wallet.settlements, int(time[:2].hex())
    session = settlement_session(step.random, count, terminal_count)
    key = TransactionKey.of(chip, find(chip, "DPK", step.key_version), session)
    key.check(settlement_mac1_data(paid, step.terminal, time), command.data[-MAC_SIZE:])
    mac2 = key.mac(paid.encode())
    tac = certificate(chip, settlement_tac_data(paid, step.terminal, terminal_count, time))
    commit(
        chip,
        log_record(count, TransactionType.SETTLEMENT, step.terminal, time, paid),
        balance=wallet.balance - paid.account,
        settlements=count + 1,
        self_paid=_added(wallet.self_paid, paid.personal, year),
        pooled=_added(wallet.pooled, paid.fund, year),
        settled=Proof(count=count, codes=mac2 + tac),
    )
    return tac + mac2


def _added(total: YearTotal, amount: int, year: int) -> YearTotal:
    """The year's total with *amount* more; a new year begins at nothing, an old one has ended."""
    if year < total.year:
        return total
    before = total.amount if total.year == year else 0
    return YearTotal(amount=min(before + amount, MAX_AMOUNT), year=year)
