"""Code tables of social insurance: DF03 (人社信息函〔2012〕37号, appendix A)."""

from reader.code_table import Code, CodeTable

APPRAISAL_MATTER = CodeTable(
    31,
    "申请鉴定（确认）事项代码",
    "matter of appraisal or confirmation",
    (
        Code(
            "10",
            "工伤职工劳动能力鉴定(含劳动功能障碍程度、生活自理障碍程度鉴定)",
            "working capacity after a work injury (including dysfunction and self-care)",
        ),
        Code("20", "工伤职工延长停工留薪期确认", "extension of paid leave after a work injury"),
        Code(
            "30",
            "工伤职工配置辅助器具确认(含安装、维护、更换辅助器具确认)",
            "assistive device after a work injury (including fitting, repair, replacement)",
        ),
        Code("40", "工伤职工康复性治疗确认", "rehabilitation treatment after a work injury"),
        Code("50", "工伤职工工伤直接导致疾病确认", "illness caused directly by a work injury"),
        Code("60", "工伤职工旧伤复发确认", "relapse of an old work injury"),
        Code("70", "工伤职工其他确认事项", "other confirmation for an injured worker"),
        Code(
            "80",
            "因工死亡职工供养亲属劳动能力鉴定",
            "working capacity of dependants after a death at work",
        ),
        Code(
            "90",
            "因病或非因工负伤职工劳动能力鉴定",
            "working capacity after illness or injury not from work",
        ),
    ),
)

DISABILITY_GRADE = CodeTable(
    32,
    "伤残等级代码",
    "disability grade",
    (
        Code("01", "伤残一级", "grade 1"),
        Code("02", "伤残二级", "grade 2"),
        Code("03", "伤残三级", "grade 3"),
        Code("04", "伤残四级", "grade 4"),
        Code("05", "伤残五级", "grade 5"),
        Code("06", "伤残六级", "grade 6"),
        Code("07", "伤残七级", "grade 7"),
        Code("08", "伤残八级", "grade 8"),
        Code("09", "伤残九级", "grade 9"),
        Code("10", "伤残十级", "grade 10"),
        Code("11", "未达等级", "below the grades"),
    ),
)

SELF_CARE_GRADE = CodeTable(
    33,
    "生活自理障碍等级代码",
    "grade of self-care impairment",
    (
        Code("1", "生活完全不能自理", "completely unable to care for oneself"),
        Code("2", "生活大部分不能自理", "mostly unable to care for oneself"),
        Code("3", "生活部分不能自理", "partly unable to care for oneself"),
        Code("4", "未达等级", "below the grades"),
    ),
)

INCAPACITY_FINDING = CodeTable(
    34,
    "丧失劳动能力鉴定结论代码",
    "finding on loss of working capacity",
    (
        Code("0", "未完全丧失", "not complete"),
        Code("1", "完全丧失", "complete"),
    ),
)

CONFIRMATION_FINDING = CodeTable(
    35,
    "确认事项结论代码",
    "finding of a confirmation",
    (
        Code("0", "不通过", "not approved"),
        Code("1", "通过", "approved"),
    ),
)

PENSION_SCHEME = CodeTable(
    36,
    "养老保险险种类型代码",
    "pension scheme",
    (
        Code("110", "城镇企业职工基本养老保险", "basic pension of urban enterprise employees"),
        Code("120", "机关事业单位养老保险", "pension of public bodies"),
        Code("150", "新型农村社会养老保险", "new rural social pension"),
        Code("160", "城镇居民社会养老保险", "urban residents' social pension"),
        Code("170", "城乡居民社会养老保险", "urban and rural residents' social pension"),
    ),
)

UNEMPLOYED_SPOUSE = CodeTable(
    37,
    "职工未就业配偶标识代码",
    "not-employed spouse of an employee",
    (
        Code("0", "否", "no"),
        Code("1", "是", "yes"),
    ),
)

WORK_INJURY_FINDING = CodeTable(
    38,
    "工伤认定结论代码",
    "finding of work injury",
    (
        Code("1", "工伤", "work injury"),
        Code("2", "视同工伤", "deemed work injury"),
        Code("3", "不属于工伤", "not a work injury"),
        Code("4", "不视同工伤", "not deemed work injury"),
    ),
)

SURVIVOR_SCHEME = CodeTable(
    39,
    "供养险种类型代码",
    "insurance that supports dependants",
    (
        Code("110", "城镇企业职工基本养老保险", "basic pension of urban enterprise employees"),
        Code("120", "机关事业单位养老保险", "pension of public bodies"),
        Code("150", "新型农村社会养老保险", "new rural social pension"),
        Code("160", "城镇居民社会养老保险", "urban residents' social pension"),
        Code("170", "城乡居民社会养老保险", "urban and rural residents' social pension"),
        Code("410", "工伤保险", "work injury insurance"),
    ),
)

DEPENDANT_RELATIONSHIP = CodeTable(
    40,
    "供养关系代码",
    "relationship of a dependant",
    (
        Code("1", "配偶", "spouse"),
        Code("2", "子女", "child"),
        Code("4", "孙子、孙女或外孙子、外孙女", "grandchild"),
        Code("5", "父母", "parent"),
        Code("6", "祖父母或外祖父母", "grandparent"),
        Code("7", "兄、弟、姐、妹", "brother or sister"),
    ),
)

INSURANCE_TYPE = CodeTable(
    41,
    "险种类型代码",
    "insurance type",
    (
        Code("110", "城镇企业职工基本养老保险", "basic pension of urban enterprise employees"),
        Code("120", "机关事业单位养老保险", "pension of public bodies"),
        Code("150", "新型农村社会养老保险", "new rural social pension"),
        Code("160", "城镇居民社会养老保险", "urban residents' social pension"),
        Code("170", "城乡居民社会养老保险", "urban and rural residents' social pension"),
        Code("210", "失业保险", "unemployment insurance"),
        Code("310", "职工基本医疗保险", "basic medical insurance of employees"),
        Code("380", "新型农村合作医疗", "new rural cooperative medical scheme"),
        Code("390", "城乡居民基本医疗保险", "basic medical insurance of urban and rural residents"),
        Code("391", "城镇居民基本医疗保险", "basic medical insurance of urban residents"),
        Code("410", "工伤保险", "work injury insurance"),
        Code("510", "生育保险", "maternity insurance"),
    ),
)
