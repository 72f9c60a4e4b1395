"""DF07 人事人才信息区: honours, experts, former officers (人社信息函〔2012〕37号)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.codes_person import HONOUR_LEVEL, PLACEMENT
from reader.card_profile.files import Application, FileClass, RecordFile
from reader.card_profile.keys import MAINTENANCE_KID, CardKey, KeyRole
from reader.item import Item
from reader.item_codecs import AN, CN


@dataclass(frozen=True, slots=True, kw_only=True)
class Honours:
    """EF05 荣誉信息文件."""

    title: Annotated[str | None, Item(0xF0, "荣誉称号名称代码", 2, AN)] = None
    title_level: Annotated[str | None, Item(0xF1, "荣誉称号级别", 1, AN, (HONOUR_LEVEL,))] = None
    title_approval_date: Annotated[date | None, Item(0xF2, "荣誉称号批准日期", 4, CN)] = None
    medal: Annotated[str | None, Item(0xF3, "荣誉奖章名称代码", 3, AN)] = None
    medal_approval_date: Annotated[date | None, Item(0xF4, "荣誉奖章批准日期", 4, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """EF06 专家信息文件."""

    expert_category: Annotated[str | None, Item(0xF5, "专家类别", 3, AN)] = None
    approval_date: Annotated[date | None, Item(0xF6, "批准日期", 4, CN)] = None
    approving_body: Annotated[str | None, Item(0xF7, "批准单位名称", 70, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerOfficer:
    """EF07 军队转业干部信息文件."""

    approval_date: Annotated[date | None, Item(0xF8, "批准转业日期", 4, CN)] = None
    placement: Annotated[str | None, Item(0xF9, "安置方式", 1, AN, (PLACEMENT,))] = None


EF05 = RecordFile(
    fid=0xEF05,
    name="honours",
    zh="荣誉信息文件",
    holds=Honours,
    file_class=FileClass.PRESET,
    read=Access.key("RK1DF07"),
    update=Access.key("UK1DF07"),
)
EF06 = RecordFile(
    fid=0xEF06,
    name="expert",
    zh="专家信息文件",
    holds=Expert,
    file_class=FileClass.PRESET,
    read=Access.key("RK2DF07"),
    update=Access.key("UK2DF07"),
)
EF07 = RecordFile(
    fid=0xEF07,
    name="former_officer",
    zh="军队转业干部信息文件",
    holds=FormerOfficer,
    file_class=FileClass.PRESET,
    read=Access.key("RK3DF07"),
    update=Access.key("UK3DF07"),
)

KEYS = (
    CardKey("STKDF07", "DF07", KeyRole.MAINTENANCE, MAINTENANCE_KID, 0x48, 0xC5),  # assumed
    CardKey("RK1DF07", "DF07", KeyRole.READ, 0x83, 0x47, 0x3D),
    CardKey("RK2DF07", "DF07", KeyRole.READ, 0x84, 0x47, 0x3F),
    CardKey("RK3DF07", "DF07", KeyRole.READ, 0x85, 0x47, 0xB1),
    CardKey("UK1DF07", "DF07", KeyRole.UPDATE, 0x86, 0x47, 0x3E),
    CardKey("UK2DF07", "DF07", KeyRole.UPDATE, 0x87, 0x47, 0xB0),
    CardKey("UK3DF07", "DF07", KeyRole.UPDATE, 0x88, 0x47, 0xB2),
)

DF07 = Application(
    "DF07",
    fid=0xDF07,
    aid=bytes.fromhex("D1 56 00 00 05 04"),
    zh="人事人才信息区",
    en="personnel and talent",
    files=(EF05, EF06, EF07),
    keys=KEYS,
)
