"""Code tables of medical insurance: DF04 (人社信息函〔2012〕37号, appendix A)."""

from reader.code_table import Code, CodeTable

MEDICAL_SCHEME = CodeTable(
    42,
    "医疗保险险种类型代码",
    "medical insurance scheme",
    (
        Code("310", "职工基本医疗保险", "basic medical insurance of employees"),
        Code("340", "离休人员医疗保障", "medical care of retired veteran cadres"),
        Code("360", "老红军医疗保障", "medical care of Red Army veterans"),
        Code("380", "新型农村合作医疗", "new rural cooperative medical scheme"),
        Code("390", "城乡居民基本医疗保险", "basic medical insurance of urban and rural residents"),
        Code("391", "城镇居民基本医疗保险", "basic medical insurance of urban residents"),
    ),
)

TREATMENT_ELSEWHERE = CodeTable(
    43,
    "异地就诊审批标识代码",
    "treatment in another region approved",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

OUTPATIENT_POOLING = CodeTable(
    44,
    "参加门诊统筹标识代码",
    "takes part in outpatient pooling",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

OUTPATIENT_SERIOUS_ILLNESS = CodeTable(
    45,
    "门诊大病标识代码",
    "outpatient treatment of serious illness",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

MEDICAL_ASSISTANCE = CodeTable(
    46,
    "医疗救助对象标识代码",
    "recipient of medical assistance",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

PRIVILEGED_MEDICAL_SUBSIDY = CodeTable(
    47,
    "优抚对象医疗补助标识代码",
    "medical subsidy for persons entitled to preferential treatment",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

MEDICAL_INSURED_CATEGORY = CodeTable(
    48,
    "医疗保险参保人员类别代码",
    "category of insured person",
    (
        Code("11", "在职", "in service"),
        Code("21", "退休", "retired"),
        Code("22", "退休易地安置", "retired and settled elsewhere"),
        Code("31", "离休", "retired with veteran status"),
        Code("32", "老红军", "Red Army veteran"),
        Code(
            "33",
            "二等乙级以上革命伤残军人",
            "disabled revolutionary serviceman, second class B or above",
        ),
        Code("34", "医疗照顾人员", "person with special medical care"),
        Code("91", "其他人员", "other"),
    ),
)

MEDICAL_CARD_USE = CodeTable(
    49,
    "医疗保险用卡方式代码",
    "way of using the card",
    (
        Code("1", "联网处理方式", "online"),
        Code("2", "脱网处理方式", "offline"),
    ),
)

OFFLINE_PERMITTED = CodeTable(
    50,
    "准许脱网医保结算标识代码",
    "offline medical settlement permitted",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

TRANSACTION_TYPE = CodeTable(
    51,
    "交易类型代码",
    "transaction type",
    (
        Code("1", "账户划入", "credit to the account"),
        Code("2", "医疗结算", "medical settlement"),
    ),
)

SETTLEMENT_TYPE = CodeTable(
    52,
    "结算类别代码",
    "settlement type",
    (
        Code("1", "工伤医疗", "work injury treatment"),
        Code("2", "生育医疗", "maternity treatment"),
        Code("3", "医疗救助", "medical assistance"),
        Code("9", "其他", "other"),
    ),
)
