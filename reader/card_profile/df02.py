"""DF02 就业与失业信息区: skills, work and its support (人社信息函〔2012〕37号)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.codes_employment import (
    ASSISTANCE_CATEGORY,
    EMPLOYMENT_FORM,
    EMPLOYMENT_POLICY,
    EMPLOYMENT_REGISTRATION_TYPE,
    PROFESSIONAL_POST_GRADE,
    UNEMPLOYMENT_CANCELLATION_REASON,
    UNEMPLOYMENT_REASON,
    UNEMPLOYMENT_REGISTRATION_TYPE,
)
from reader.card_profile.files import Application, FileClass, RecordFile, Structure
from reader.card_profile.keys import MAINTENANCE_KID, CardKey, KeyRole
from reader.card_profile.values import RegionCode
from reader.item import Item
from reader.item_codecs import AN, B_TLV, CN

_EMPLOYMENT_CODES = (EMPLOYMENT_REGISTRATION_TYPE, EMPLOYMENT_FORM)
_UNEMPLOYMENT_CODES = (
    UNEMPLOYMENT_REGISTRATION_TYPE,
    UNEMPLOYMENT_REASON,
    UNEMPLOYMENT_CANCELLATION_REASON,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerQualification:
    """A record of tag 43 职业资格（工人技术等级）信息."""

    qualification: Annotated[str | None, Item(0x5A, "职业资格（工人技术等级）名称代码", 7, AN)] = (
        None
    )
    level: Annotated[str | None, Item(0x5B, "职业资格（工人技术等级）等级", 1, AN)] = None
    certification_body: Annotated[
        str | None, Item(0x5C, "职业资格（工人技术等级）证书发证/年检机构名称", 70, AN)
    ] = None
    certification_date: Annotated[
        date | None, Item(0x5D, "职业资格（工人技术等级）证书发证/年检日期", 4, CN)
    ] = None
    certificate_number: Annotated[
        str | None, Item(0x5E, "职业资格（工人技术等级）证书编号", 16, AN)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalQualification:
    """A record of tag 44 职业资格（专业技术人员）信息."""

    qualification: Annotated[str | None, Item(0x33, "职业资格（专业技术人员）名称代码", 3, AN)] = (
        None
    )
    registration_body: Annotated[
        str | None, Item(0x34, "职业资格（专业技术人员）注册登记/年检机构名称", 70, AN)
    ] = None
    registration_date: Annotated[
        date | None, Item(0x35, "职业资格（专业技术人员）注册登记/年检日期", 4, CN)
    ] = None
    certificate_number: Annotated[
        str | None, Item(0x36, "职业资格（专业技术人员）证书编号", 16, AN)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationalSkills:
    """EF05 职业和专业技能信息文件."""

    professional_post: Annotated[str | None, Item(0x42, "专业技术职务代码", 3, AN)] = None
    professional_post_grade: Annotated[
        str | None, Item(0x41, "专业技术职务级别", 3, AN, (PROFESSIONAL_POST_GRADE,))
    ] = None
    worker_qualifications: Annotated[
        tuple[WorkerQualification, ...],
        Item(0x43, "职业资格（工人技术等级）信息", 108, B_TLV, count=2),
    ] = ()
    professional_qualifications: Annotated[
        tuple[ProfessionalQualification, ...],
        Item(0x44, "职业资格（专业技术人员）信息", 101, B_TLV, count=2),
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentStatus:
    """EF06 就业状况信息文件; the two coded items are codes of their tables written together."""

    employment_registration_date: Annotated[
        date | None, Item(0x4C, "最近一次办理就业登记日期", 4, CN)
    ] = None
    employment_type_and_form: Annotated[
        str | None, Item(0x4B, "就业登记类型及形式", 5, AN, _EMPLOYMENT_CODES, v1="cn4")
    ] = None
    employment_registration_region: Annotated[
        RegionCode | None, Item(0x4D, "就业登记地行政区划代码", 3, CN, v1="cn4")
    ] = None
    unemployment_registration_date: Annotated[
        date | None, Item(0x60, "最近一次办理失业登记日期", 4, CN)
    ] = None
    unemployment_type_and_reasons: Annotated[
        str | None, Item(0x4F, "失业登记类型、原因及注销原因", 6, AN, _UNEMPLOYMENT_CODES, v1="cn4")
    ] = None
    unemployment_registration_region: Annotated[
        RegionCode | None, Item(0x50, "失业登记地行政区划代码", 3, CN, v1="cn4")
    ] = None
    current_occupation: Annotated[str | None, Item(0x3A, "现从事职业", 7, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentPeriod:
    """A record of EF07 就业记录信息文件."""

    occupation: Annotated[str | None, Item(None, "从事职业", 7, AN)] = None
    start_date: Annotated[date | None, Item(None, "就业起始日期", 4, CN)] = None
    end_date: Annotated[date | None, Item(None, "就业终止日期", 4, CN)] = None
    employer_name: Annotated[str | None, Item(None, "就业工作单位名称", 70, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentCertificate:
    """EF09 就业失业登记证信息文件.

    Appendix C of the notice gives the number as cn8, its table 9 as an16; the table is followed.
    """

    certificate_number: Annotated[
        str | None, Item(0x55, "就业失业登记证编号", 16, AN, v1="cn10")
    ] = None
    certification_body: Annotated[str | None, Item(0x56, "就业失业登记证发证机构", 70, AN)] = None
    certification_date: Annotated[date | None, Item(0x96, "就业失业登记证发证/年检日期", 4, CN)] = (
        None
    )
    certification_region: Annotated[
        RegionCode | None, Item(0x97, "就业失业登记证发证地行政区划代码", 3, CN, v1="cn4")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceRecognition:
    """A record of tag 99 就业援助对象认定信息."""

    category: Annotated[
        str | None, Item(0x10, "认定为就业援助对象类型", 3, AN, (ASSISTANCE_CATEGORY,))
    ] = None
    recognition_date: Annotated[date | None, Item(0x11, "就业援助认定日期", 4, CN)] = None
    recognition_region: Annotated[
        RegionCode | None, Item(0x12, "就业援助认定地行政区划代码", 3, CN)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentAssistance:
    """EF15 就业援助对象认定信息文件."""

    recognitions: Annotated[
        tuple[AssistanceRecognition, ...], Item(0x99, "就业援助对象认定信息", 16, B_TLV, count=4)
    ] = ()
    exit_date: Annotated[date | None, Item(0x0F, "退出就业援助对象范围的认定日期", 4, CN)] = None
    exit_region: Annotated[
        RegionCode | None, Item(0x1F, "退出就业援助对象范围的认定地行政区划代码", 3, CN)
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBenefit:
    """A record of EF16 就业扶持政策享受信息文件."""

    policy: Annotated[
        str | None, Item(None, "享受就业扶持政策类型", 3, AN, (EMPLOYMENT_POLICY,))
    ] = None
    approval_date: Annotated[date | None, Item(None, "享受就业扶持政策核准日期", 4, CN)] = None
    start_date: Annotated[date | None, Item(None, "就业扶持政策享受开始日期", 4, CN)] = None
    end_date: Annotated[date | None, Item(None, "就业扶持政策享受终止日期", 4, CN)] = None
    region: Annotated[RegionCode | None, Item(None, "就业扶持政策享受地行政区划代码", 3, CN)] = None


_READ = Access.pin_or_key("RK1DF02")

EF05 = RecordFile(
    fid=0xEF05,
    name="occupational_skills",
    zh="职业和专业技能信息文件",
    holds=OccupationalSkills,
    file_class=FileClass.PRESET,
    read=_READ,
    update=Access.key("UK1DF02"),
)
EF06 = RecordFile(
    fid=0xEF06,
    name="employment_status",
    zh="就业状况信息文件",
    holds=EmploymentStatus,
    read=_READ,
    update=Access.key("UK2DF02"),
)
EF07 = RecordFile(
    fid=0xEF07,
    name="employment_history",
    zh="就业记录信息文件",
    holds=EmploymentPeriod,
    structure=Structure.CYCLIC,
    cycle=4,
    record_zh="就业记录",
    read=_READ,
    update=Access.key("UK3DF02"),
)
EF09 = RecordFile(
    fid=0xEF09,
    name="employment_certificate",
    zh="就业失业登记证信息文件",
    holds=EmploymentCertificate,
    read=_READ,
    update=Access.key("UK4DF02"),
)
EF15 = RecordFile(
    fid=0xEF15,
    name="employment_assistance",
    zh="就业援助对象认定信息文件",
    holds=EmploymentAssistance,
    read=_READ,
    update=Access.key("UK5DF02"),
)
EF16 = RecordFile(
    fid=0xEF16,
    name="policy_benefits",
    zh="就业扶持政策享受信息文件",
    holds=PolicyBenefit,
    structure=Structure.CYCLIC,
    cycle=4,
    record_zh="就业扶持政策享受信息",
    read=_READ,
    update=Access.key("UK6DF02"),
)

KEYS = (
    CardKey("STKDF02", "DF02", KeyRole.MAINTENANCE, MAINTENANCE_KID, 0x48, 0xC2),  # assumed
    CardKey("UK1DF02", "DF02", KeyRole.UPDATE, 0x83, 0x47, 0x26),
    CardKey("UK2DF02", "DF02", KeyRole.UPDATE, 0x84, 0x48, 0x45),
    CardKey("UK3DF02", "DF02", KeyRole.UPDATE, 0x85, 0x48, 0x46),
    CardKey("UK4DF02", "DF02", KeyRole.UPDATE, 0x86, 0x47, 0x27),
    CardKey("UK5DF02", "DF02", KeyRole.UPDATE, 0x87, 0x47, 0x28),
    CardKey("RK1DF02", "DF02", KeyRole.READ, 0x88, 0x67, 0x35),  # kid and usage assumed
    CardKey("UK6DF02", "DF02", KeyRole.UPDATE, 0x89, 0x47, 0x36),
)

DF02 = Application(
    "DF02",
    fid=0xDF02,
    aid=bytes.fromhex("D1 56 00 00 05 01"),
    zh="就业与失业信息区",
    en="employment and unemployment",
    files=(EF05, EF06, EF07, EF09, EF15, EF16),
    keys=KEYS,
)
