"""DF03 社会保险信息区1: every insurance but medical (人社信息函〔2012〕37号)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.codes_insurance import (
    APPRAISAL_MATTER,
    CONFIRMATION_FINDING,
    DEPENDANT_RELATIONSHIP,
    DISABILITY_GRADE,
    INCAPACITY_FINDING,
    INSURANCE_TYPE,
    PENSION_SCHEME,
    SELF_CARE_GRADE,
    SURVIVOR_SCHEME,
    UNEMPLOYED_SPOUSE,
    WORK_INJURY_FINDING,
)
from reader.card_profile.files import Application, RecordFile, Structure
from reader.card_profile.keys import MAINTENANCE_KID, CardKey, KeyRole
from reader.card_profile.values import RegionCode
from reader.item import Item
from reader.item_codecs import AN, B_TLV, CN


@dataclass(frozen=True, slots=True, kw_only=True)
class UnemploymentInsurance:
    """EF05 失业保险信息文件; years as the issuer writes them, months as numbers."""

    insured_region: Annotated[
        RegionCode | None, Item(0x61, "失业保险参保地所属行政区划代码", 3, CN, v1="cn4")
    ] = None
    unemployment_registration_date: Annotated[
        date | None, Item(0x60, "最近一次办理失业登记日期", 4, CN)
    ] = None
    benefit_application_date: Annotated[
        date | None, Item(0x98, "最近一次失业保险金申领日期", 4, CN)
    ] = None
    benefit_report_date: Annotated[
        date | None, Item(0x62, "失业保险金申领报到日期/信息更新日期", 4, CN)
    ] = None
    contribution_years_total: Annotated[str | None, Item(0x63, "失业保险累计缴费年限", 3, AN)] = (
        None
    )
    contribution_years_effective: Annotated[
        str | None, Item(0x64, "失业保险有效缴费年限", 3, AN)
    ] = None
    benefit_months_due: Annotated[int | None, Item(0x65, "应领取失业保险金月数", 3, AN)] = None
    benefit_months_received: Annotated[int | None, Item(0x66, "已领取失业保险金月数", 3, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A record of tag 4A 申请确认事项."""

    matter: Annotated[str | None, Item(0x13, "申请确认事项代码", 2, AN, (APPRAISAL_MATTER,))] = None
    finding: Annotated[str | None, Item(0x14, "确认事项结论", 1, AN, (CONFIRMATION_FINDING,))] = (
        None
    )
    assistive_device: Annotated[str | None, Item(0x15, "配置辅助器具项目名称", 20, AN)] = None
    confirmation_date: Annotated[date | None, Item(0x16, "申请劳动能力确认日期", 4, CN)] = None
    confirmation_body: Annotated[str | None, Item(0x17, "申请劳动能力确认机构名称", 60, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCapacityAppraisal:
    """EF06 劳动能力鉴定信息文件."""

    appraisal_number: Annotated[str | None, Item(0x45, "劳动能力鉴定编号", 20, AN)] = None
    matter: Annotated[str | None, Item(0x46, "申请鉴定事项代码", 2, AN, (APPRAISAL_MATTER,))] = None
    disability_grade: Annotated[str | None, Item(0x47, "伤残等级", 2, AN, (DISABILITY_GRADE,))] = (
        None
    )
    self_care_grade: Annotated[
        str | None, Item(0x48, "生活自理障碍等级", 1, AN, (SELF_CARE_GRADE,))
    ] = None
    incapacity_finding: Annotated[
        str | None, Item(0x49, "丧失劳动能力鉴定结论", 1, AN, (INCAPACITY_FINDING,))
    ] = None
    appraisal_date: Annotated[date | None, Item(0x67, "劳动能力鉴定日期", 4, CN)] = None
    appraisal_body: Annotated[str | None, Item(0x6B, "劳动能力鉴定机构名称", 60, AN)] = None
    confirmations: Annotated[
        tuple[Confirmation, ...], Item(0x4A, "申请确认事项", 97, B_TLV, count=3)
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PensionInsurance:
    """EF07 养老保险信息文件."""

    scheme: Annotated[str | None, Item(0x70, "养老保险险种类型", 3, AN, (PENSION_SCHEME,))] = None
    insured_region: Annotated[
        RegionCode | None, Item(0x71, "养老保险参保地所属行政区划代码", 3, CN, v1="cn4")
    ] = None
    account_opening_date: Annotated[
        date | None, Item(0x6E, "基本养老保险个人账户建立日期", 4, CN)
    ] = None
    retirement_date: Annotated[date | None, Item(0x6C, "离退休日期", 4, CN)] = None
    benefit_start_date: Annotated[date | None, Item(0x6F, "待遇享受开始日期", 4, CN)] = None
    update_date: Annotated[date | None, Item(0x73, "养老保险信息更新日期", 4, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkInjuryInsurance:
    """EF15 工伤保险信息文件."""

    insured_region: Annotated[
        RegionCode | None, Item(0x7A, "工伤保险参保地所属行政区划代码", 3, CN)
    ] = None
    benefit_start_date: Annotated[date | None, Item(0x7B, "工伤定期待遇享受开始日期", 4, CN)] = None
    update_date: Annotated[date | None, Item(0x7C, "工伤保险信息更新日期", 4, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaternityInsurance:
    """EF16 生育保险信息文件."""

    insured_region: Annotated[
        RegionCode | None, Item(0x51, "生育保险参保地所属行政区划代码", 3, CN)
    ] = None
    unemployed_spouse: Annotated[
        str | None, Item(0x5F, "职工未就业配偶标识", 1, AN, (UNEMPLOYED_SPOUSE,))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkInjuryDetermination:
    """EF17 工伤认定信息文件."""

    determination_number: Annotated[str | None, Item(0x3B, "工伤认定编号", 20, AN)] = None
    employer_name: Annotated[str | None, Item(0x3C, "用人单位名称", 70, AN)] = None
    finding: Annotated[str | None, Item(0x3D, "工伤认定结论", 1, AN, (WORK_INJURY_FINDING,))] = None
    determination_date: Annotated[date | None, Item(0x3E, "工伤认定日期", 4, CN)] = None
    determination_body: Annotated[str | None, Item(0x3F, "工伤认定部门名称", 60, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DependantSupport:
    """EF18 供养亲属信息文件."""

    scheme: Annotated[str | None, Item(0x74, "供养险种类型", 3, AN, (SURVIVOR_SCHEME,))] = None
    insured_region: Annotated[RegionCode | None, Item(0x75, "参保地所属行政区划代码", 3, CN)] = None
    relationship: Annotated[
        str | None, Item(0x76, "供养关系", 1, CN, (DEPENDANT_RELATIONSHIP,))
    ] = None
    benefit_start_date: Annotated[date | None, Item(0x77, "供养待遇享受开始日期", 4, CN)] = None
    update_date: Annotated[date | None, Item(0x78, "供养亲属信息更新日期", 4, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceCertificate:
    """A record of tag 79 参保凭证信息; the amount in fen."""

    insurance_type: Annotated[str | None, Item(0x18, "险种类型", 3, AN, (INSURANCE_TYPE,))] = None
    insured_region: Annotated[RegionCode | None, Item(0x19, "参保地所属行政区划代码", 3, CN)] = None
    start_date: Annotated[date | None, Item(0x1A, "本地参保起始日期", 4, CN)] = None
    end_date: Annotated[date | None, Item(0x1B, "本地参保终止日期", 4, CN)] = None
    contributions_paid: Annotated[int | None, Item(0x1C, "本地个人实际缴费金额", 4, CN)] = None
    contribution_months: Annotated[int | None, Item(0x1D, "本地实际缴费月数", 3, AN)] = None
    certificate_date: Annotated[date | None, Item(0x1E, "凭证出具日期", 4, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceCertificates:
    """EF19 参保凭证信息文件: four records of one tag, told apart by their places."""

    pension: Annotated[
        InsuranceCertificate | None, Item(0x79, "养老保险参保凭证信息", 39, B_TLV)
    ] = None
    medical: Annotated[
        InsuranceCertificate | None, Item(0x79, "医疗保险参保凭证信息", 39, B_TLV)
    ] = None
    unemployment: Annotated[
        InsuranceCertificate | None, Item(0x79, "失业保险参保凭证信息", 39, B_TLV)
    ] = None
    reserved: Annotated[InsuranceCertificate | None, Item(0x79, "预留参保凭证信息", 39, B_TLV)] = (
        None
    )


_READ = Access.pin_or_key("RK1DF03")

EF05 = RecordFile(
    fid=0xEF05,
    name="unemployment_insurance",
    zh="失业保险信息文件",
    holds=UnemploymentInsurance,
    read=Access.pin_or_key("RK2DF03"),
    update=Access.key("UK1DF03"),
)
EF06 = RecordFile(
    fid=0xEF06,
    name="work_capacity_appraisal",
    zh="劳动能力鉴定信息文件",
    holds=WorkCapacityAppraisal,
    read=_READ,
    update=Access.key("UK2DF03"),
)
EF07 = RecordFile(
    fid=0xEF07,
    name="pension_insurance",
    zh="养老保险信息文件",
    holds=PensionInsurance,
    read=_READ,
    update=Access.key("UK3DF03"),
)
EF15 = RecordFile(
    fid=0xEF15,
    name="work_injury_insurance",
    zh="工伤保险信息文件",
    holds=WorkInjuryInsurance,
    read=_READ,
    update=Access.key("UK4DF03"),
)
EF16 = RecordFile(
    fid=0xEF16,
    name="maternity_insurance",
    zh="生育保险信息文件",
    holds=MaternityInsurance,
    read=_READ,
    update=Access.key("UK5DF03"),
)
EF17 = RecordFile(
    fid=0xEF17,
    name="work_injury_determination",
    zh="工伤认定信息文件",
    holds=WorkInjuryDetermination,
    read=_READ,
    update=Access.key("UK6DF03"),
)
EF18 = RecordFile(
    fid=0xEF18,
    name="dependant_support",
    zh="供养亲属信息文件",
    holds=DependantSupport,
    read=_READ,
    update=Access.key("UK7DF03"),
)
EF19 = RecordFile(
    fid=0xEF19,
    name="insurance_certificates",
    zh="参保凭证信息文件",
    holds=InsuranceCertificates,
    structure=Structure.FIXED,
    read=_READ,
    update=Access.key("UK8DF03"),
)

KEYS = (
    CardKey("STKDF03", "DF03", KeyRole.MAINTENANCE, MAINTENANCE_KID, 0x48, 0xC3),  # assumed
    CardKey("LKDF03", "DF03", KeyRole.BLOCK, 0x83, 0x48, 0x40),
    CardKey("RK1DF03", "DF03", KeyRole.READ, 0x84, 0x67, 0x2B),
    CardKey("RK2DF03", "DF03", KeyRole.READ, 0x85, 0x67, 0x2C),
    CardKey("UK1DF03", "DF03", KeyRole.UPDATE, 0x86, 0x48, 0x47),
    CardKey("UK2DF03", "DF03", KeyRole.UPDATE, 0x87, 0x47, 0x29),
    CardKey("UK3DF03", "DF03", KeyRole.UPDATE, 0x88, 0x48, 0x48),
    CardKey("UK4DF03", "DF03", KeyRole.UPDATE, 0x89, 0x47, 0x37),
    CardKey("UK5DF03", "DF03", KeyRole.UPDATE, 0x8A, 0x47, 0x38),
    CardKey("UK6DF03", "DF03", KeyRole.UPDATE, 0x8B, 0x47, 0x39),
    CardKey("UK7DF03", "DF03", KeyRole.UPDATE, 0x8C, 0x47, 0x3A),
    CardKey("UK8DF03", "DF03", KeyRole.UPDATE, 0x8D, 0x47, 0x3B),
)

DF03 = Application(
    "DF03",
    fid=0xDF03,
    aid=bytes.fromhex("D1 56 00 00 05 02"),
    zh="社会保险信息区1",
    en="social insurance 1",
    files=(EF05, EF06, EF07, EF15, EF16, EF17, EF18, EF19),
    keys=KEYS,
)
