"""Code tables of employment: DF02 (人社信息函〔2012〕37号, appendix A)."""

from reader.code_table import Code, CodeTable

PROFESSIONAL_POST_GRADE = CodeTable(
    22,
    "专业技术职务级别代码",
    "grade of professional post",
    (
        Code("410", "高级", "senior"),
        Code("411", "正高级", "full senior"),
        Code("412", "副高级", "associate senior"),
        Code("420", "中级", "intermediate"),
        Code("430", "初级", "junior"),
        Code("434", "助理级", "assistant"),
        Code("435", "员级", "technician"),
        Code("499", "未定职级", "not graded"),
    ),
)

EMPLOYMENT_REGISTRATION_TYPE = CodeTable(
    24,
    "就业登记类型代码",
    "employment registration type",
    (
        Code("10", "实现就业", "employment begun"),
        Code("20", "终止就业", "employment ended"),
    ),
)

EMPLOYMENT_FORM = CodeTable(
    25,
    "就业形式代码",
    "form of employment",
    (
        Code("010", "单位就业", "employed by an organisation"),
        Code("020", "自主就业", "self-arranged employment"),
        Code("021", "个体经营", "self-employed business"),
        Code("022", "灵活就业", "flexible employment"),
        Code("023", "其他自主就业", "other self-arranged employment"),
        Code("030", "公益性岗位安置", "public welfare post"),
        Code("990", "其它就业形式", "other form"),
    ),
)

UNEMPLOYMENT_REGISTRATION_TYPE = CodeTable(
    26,
    "失业登记类型代码",
    "unemployment registration type",
    (
        Code("10", "失业登记", "unemployment registered"),
        Code("20", "注销失业登记", "unemployment registration cancelled"),
    ),
)

UNEMPLOYMENT_REASON = CodeTable(
    27,
    "失业登记原因代码",
    "reason of unemployment registration",
    (
        Code(
            "10",
            "年满16周岁，从各类学校毕业、肄业，未能继续升学的",
            "aged 16 or over, left school and not continuing",
        ),
        Code("20", "与企业解除或终止劳动关系的", "employment with an enterprise ended"),
        Code("30", "从机关事业单位辞职或被辞退解聘的", "resigned or dismissed from a public body"),
        Code(
            "40",
            "由农业户口转为非农业户口，并失去承包土地的（含转产渔民和牧民）",
            "registration changed from agricultural, contracted land lost",
        ),
        Code(
            "50",
            "军人退出现役、且未纳入国家统一安置的",
            "left military service without state placement",
        ),
        Code(
            "60", "刑满释放或假释、监外执行的", "released from prison, on parole or serving outside"
        ),
        Code("70", "劳动教养期满或提前解除劳动教养的", "re-education through labour ended"),
        Code("80", "个体工商户业主或私营企业业主停止经营的", "own business closed"),
        Code("90", "其他", "other"),
    ),
)

UNEMPLOYMENT_CANCELLATION_REASON = CodeTable(
    28,
    "注销失业登记原因代码",
    "reason of cancelling unemployment registration",
    (
        Code(
            "10",
            "享受基本养老保险待遇的和男满60女满55周岁",
            "drawing basic pension, or aged 60 (men) or 55 (women)",
        ),
        Code("20", "完全丧失劳动能力", "complete loss of working capacity"),
        Code("30", "入学、服兵役、移居境外", "entered school or military service, or moved abroad"),
        Code("40", "被判刑收监执行或被劳动教养", "imprisoned or in re-education through labour"),
        Code(
            "50",
            "连续3个月未与失业登记机构联系",
            "no contact with the registration office for three months",
        ),
        Code(
            "60",
            "已从事有稳定收入工作且收入不低于当地城市居民最低生活保障标准",
            "stable work with income not below the local minimum living standard",
        ),
        Code("70", "死亡", "death"),
        Code("90", "其他(含失踪)", "other, including missing"),
    ),
)

ASSISTANCE_CATEGORY = CodeTable(
    29,
    "认定为就业援助对象类型代码",
    "category of employment assistance",
    (
        Code("010", "国企下岗失业人员", "laid off from a state-owned enterprise"),
        Code(
            "020",
            "国企关闭破产安置人员",
            "placed after closure or bankruptcy of a state-owned enterprise",
        ),
        Code("030", "集体企业下岗职工", "laid off from a collective enterprise"),
        Code("040", "享受低保的长期失业人员", "long-term unemployed on minimum living allowance"),
        Code("050", "大龄就业困难人员", "older person with difficulty in finding work"),
        Code("060", "残疾人", "person with a disability"),
        Code("070", "零就业家庭成员", "member of a family without anyone in work"),
        Code("990", "其他", "other"),
    ),
)

EMPLOYMENT_POLICY = CodeTable(
    30,
    "享受就业扶持政策类型代码",
    "employment support policy",
    (
        Code("010", "公益性岗位补贴", "public welfare post subsidy"),
        Code("020", "社会保险补贴", "social insurance subsidy"),
        Code("030", "职业介绍补贴", "job placement subsidy"),
        Code("040", "职业培训补贴", "vocational training subsidy"),
        Code("050", "职业技能鉴定补贴", "skills appraisal subsidy"),
        Code("060", "税收优惠政策", "tax relief"),
        Code("061", "个体经营税收政策", "tax relief for self-employed business"),
        Code("062", "企业吸纳税收政策", "tax relief for hiring enterprises"),
        Code("070", "行政事业性收费减免政策", "waiver of administrative fees"),
        Code("080", "小额担保贷款贴息政策", "small guaranteed loan with interest subsidy"),
        Code("990", "其他就业扶持政策", "other employment support policy"),
    ),
)
