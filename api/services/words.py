"""The words of the fields and results, in English and Chinese, as explanations print them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from api.services.annuity.words import WORDS as ANNUITY
from api.services.enrolment.words import WORDS as ENROLMENT
from api.services.old_age.words import WORDS as OLD_AGE
from api.services.platform_work.words import WORDS as PLATFORM_WORK
from api.services.private_pension.words import WORDS as PRIVATE_PENSION
from api.services.resident_old_age.words import WORDS as RESIDENT_OLD_AGE
from api.services.unemployment.words import WORDS as UNEMPLOYMENT
from api.services.work_injury.words import WORDS as WORK_INJURY

WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "provincial_base": ("provincial base", "计发基数"),
        "city_base": ("base for the indexed wage", "本人指数化工资所用基数"),
        "avg_index": ("average index", "平均缴费指数"),
        "years": ("contribution years", "缴费年限"),
        "saved": ("account balance", "个人账户储存额"),
        "divisor": ("divisor months", "计发月数"),
        "coefficient": ("transition coefficient", "过渡系数"),
        "deemed_years": ("years before the account", "视同缴费年限"),
        "transition_base": ("base of the transition", "过渡性养老金基数"),
        "transition_index": ("index of the transition", "视同缴费指数"),
        "age_years": ("full years of age", "周岁"),
        "age_months": ("months beyond", "零月数"),
        "divisor_before": ("divisor at this age", "本周岁计发月数"),
        "divisor_after": ("divisor a year later", "下一周岁计发月数"),
        "basic": ("basic pension", "基础养老金"),
        "account": ("account pension", "个人账户养老金"),
        "transition": ("transitional pension", "过渡性养老金"),
        "extra": ("local increase", "地方增发"),
        "total": ("total", "合计"),
        "months": ("months", "月数"),
        "base": ("regional basic pension", "当地基础养老金标准"),
        "extra_per_year": ("increase per year", "每年增发额"),
        "years_beyond": ("full years beyond 15", "超过15年的年数"),
        "category": ("category", "人员类别"),
        "birth": ("month of birth", "出生年月"),
        "original_age": ("original age in months", "原法定退休年龄（月）"),
        "months_since": ("months since the first month", "距首个延迟月的月数"),
        "step_months": ("months per month of delay", "每延迟一个月的间隔月数"),
        "most_delay": ("greatest delay", "最大延迟月数"),
        "delay_months": ("months of delay", "延迟月数"),
        "age_in_months": ("age in months", "退休年龄（月）"),
        "retirement_age": ("retirement age", "退休年龄"),
        "retirement_month": ("retirement month", "退休时间"),
        "retirement_year": ("year of retirement", "退休年份"),
        "minimum_years": ("minimum years", "最低缴费年限"),
        "earliest_age": ("earliest age by choice", "弹性提前最早年龄"),
        "earliest_month": ("earliest month by choice", "弹性提前最早时间"),
        "latest_age": ("latest age by choice", "弹性延迟最晚年龄"),
        "latest_month": ("latest month by choice", "弹性延迟最晚时间"),
        "full_years": ("full contribution years", "满缴费年数"),
        "months_by_law": ("most months by law", "法定最长月数"),
        "months_by_scale": ("months of this scale", "本次核定月数"),
        "months_per_year": ("months per full year", "每满一年的月数"),
        "carried_months": ("months left from before", "前次未领月数"),
        "first_months": ("months 1 to 12", "第1至12个月的月数"),
        "later_months": ("months 13 to 24", "第13至24个月的月数"),
        "monthly_amount": ("monthly amount", "月失业保险金"),
        "later_amount": ("monthly amount from month 13", "第13个月起月失业保险金"),
        "grade": ("grade of disability", "伤残等级"),
        "own_wage": ("own wage", "本人工资"),
        "average_wage": ("regional average wage", "统筹地区职工平均工资"),
        "minimum_wage": ("minimum wage", "当地最低工资标准"),
        "counted_wage": ("wage that counts", "计算用本人工资"),
        "lump_months": ("months of the lump sum", "一次性伤残补助金月数"),
        "lump": ("lump sum for disability", "一次性伤残补助金"),
        "percent": ("percent", "百分比"),
        "monthly_allowance": ("monthly allowance", "伤残津贴（月）"),
        "medical_months": ("months of the medical lump sum", "一次性工伤医疗补助金月数"),
        "medical": ("medical lump sum", "一次性工伤医疗补助金"),
        "employment_months": ("months of the employment lump sum", "一次性伤残就业补助金月数"),
        "employment": ("employment lump sum", "一次性伤残就业补助金"),
        **ENROLMENT,
        **OLD_AGE,
        **RESIDENT_OLD_AGE,
        **UNEMPLOYMENT,
        **WORK_INJURY,
        **PLATFORM_WORK,
        **PRIVATE_PENSION,
        **ANNUITY,
    }
)


def label_of(name: str, results: Mapping[str, Any]) -> tuple[str, str]:
    """What one of *results* is called; the months of a pension are its account's divisor."""
    if name == "months" and "basic" in results:
        return WORDS["divisor"]
    return WORDS.get(name, (name, name))
