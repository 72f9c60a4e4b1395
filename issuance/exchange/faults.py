"""What can be wrong with an exchanged file, and with a card in it; the sentences, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

Sentence = tuple[str, str]  # English, Chinese

FILE_FAULTS: Final[Mapping[str, Sentence]] = {
    "sealed": ("{why}.", "{why_zh}（{why}）。"),
    "unreadable": ("it cannot be read ({why}).", "无法读取（{why}）。"),
    "too_large": ("it has more than {limit} bytes.", "超过 {limit} 字节。"),
    "form": ("it is not a file of this kind ({why}).", "不是此类文件（{why}）。"),
    "version": ("it has form version {version}, and this program reads {known}.",
                "格式版本为 {version}，本程序支持 {known}。"),
    "cut_short": ("it ends before its trailer.", "文件在结束记录前中断。"),
    "behind_trailer": ("there is something behind its trailer.", "结束记录之后还有内容。"),
    "count": ("its header names {header} cards, its trailer {trailer}, and it has {found}.",
              "文件头为 {header} 张，结束记录为 {trailer} 张，实有 {found} 张。"),
    "digest": ("its digest is not that of its content.", "摘要与内容不符。"),
    "chain": ("it does not follow the record before it: one was changed, dropped or exchanged.",
              "该条与前一条不连续：有记录被改动、删除或调换。"),
    "number": ("the record has number {number}.", "该条编号为 {number}。"),
    "field": ("{field}: {why}.", "{field}：{why}。"),
    "mac_key": ("its records are chained under the key {key}, which is not at hand.",
                "记录以密钥 {key} 串联，而本机没有该密钥。"),
    "secrets": ("the card's secrets do not open ({why}).", "卡密钥数据无法打开（{why}）。"),
    "answers_nothing": ("it answers the file {answers}, which was never sent.",
                        "它答复的文件 {answers} 从未发送。"),
    "withdrawn": ("it answers the file {answers}, which was recalled.",
                  "它答复的文件 {answers} 已撤回。"),
    "another_pair": ("it says {field} {found}, and what it answers was {wanted}.",
                     "其 {field} 为 {found}，而所答复文件为 {wanted}。"),
    "unsigned": ("nobody signed it.", "无签名。"),
    "mail": ("it is a mail (S/MIME); DER or PEM is read (openssl cms -outform DER).",
             "文件为邮件格式（S/MIME）；请用 DER 或 PEM（openssl cms -outform DER）。"),
    "no_keys": ("it is encrypted, and no certificates were given to open it with.",
                "文件已加密，而未给出用于打开的证书。"),
    "header": ("it has no column {column}.", "缺少“{column}”列。"),
    "several_batches": ("its cards belong to several batches: {batches}.",
                        "其中的卡属于多个批次：{batches}。"),
    "nothing_sent": ("none of its cards is out.", "其中没有已发送待返回的卡。"),
    "no_card": ("it names no card.", "未列出任何卡。"),
}  # fmt: skip


@unique
class FaultKind(Enum):
    """How a card of a return file disagrees with what was sent."""

    UNKNOWN = "unknown"
    DOUBLED = "doubled"
    MISSING = "missing"
    CONTRADICTORY = "contradictory"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One card that disagrees. *row* counts the records of the file from 1; None: not in it."""

    kind: FaultKind
    card_number: str
    row: int | None
    why: Sentence

    @property
    def sentence(self) -> Sentence:
        """Row, card and why."""
        row = (f"row {self.row}, ", f"第 {self.row} 行") if self.row else ("", "")
        return (
            f"{row[0]}card {self.card_number}: {self.why[0]}",
            f"{row[1]}卡 {self.card_number}：{self.why[1]}",
        )
