"""Code tables of the person: SSSE, DF01 and DF07 (人社信息函〔2012〕37号, appendix A)."""

from reader.code_table import Code, CodeTable

CARD_CLASS = CodeTable(
    11,
    "卡的类别代码",
    "card class",
    (
        Code("1", "学龄前儿童卡", "preschool child"),
        Code("2", "学生卡", "student"),
        Code("3", "成年人卡", "adult"),
        Code("4", "老年人卡", "elderly person"),
    ),
)

SEX = CodeTable(
    13,
    "性别代码",
    "sex",
    (
        Code("1", "男性", "male"),
        Code("2", "女性", "female"),
        Code("9", "未说明性别", "not stated"),
    ),
)

# Names as in GB/T 3304; the notice misprints 20 and 31. Codes 57 and 58 are not in the notice,
# but police and social security systems use them.
ETHNIC_GROUP = CodeTable(
    14,
    "民族代码",
    "ethnic group",
    (
        Code("01", "汉族", "Han"),
        Code("02", "蒙古族", "Mongol"),
        Code("03", "回族", "Hui"),
        Code("04", "藏族", "Zang"),
        Code("05", "维吾尔族", "Uygur"),
        Code("06", "苗族", "Miao"),
        Code("07", "彝族", "Yi"),
        Code("08", "壮族", "Zhuang"),
        Code("09", "布依族", "Buyei"),
        Code("10", "朝鲜族", "Chosen"),
        Code("11", "满族", "Man"),
        Code("12", "侗族", "Dong"),
        Code("13", "瑶族", "Yao"),
        Code("14", "白族", "Bai"),
        Code("15", "土家族", "Tujia"),
        Code("16", "哈尼族", "Hani"),
        Code("17", "哈萨克族", "Kazak"),
        Code("18", "傣族", "Dai"),
        Code("19", "黎族", "Li"),
        Code("20", "傈僳族", "Lisu"),
        Code("21", "佤族", "Va"),
        Code("22", "畲族", "She"),
        Code("23", "高山族", "Gaoshan"),
        Code("24", "拉祜族", "Lahu"),
        Code("25", "水族", "Sui"),
        Code("26", "东乡族", "Dongxiang"),
        Code("27", "纳西族", "Naxi"),
        Code("28", "景颇族", "Jingpo"),
        Code("29", "柯尔克孜族", "Kirgiz"),
        Code("30", "土族", "Tu"),
        Code("31", "达斡尔族", "Daur"),
        Code("32", "仫佬族", "Mulao"),
        Code("33", "羌族", "Qiang"),
        Code("34", "布朗族", "Blang"),
        Code("35", "撒拉族", "Salar"),
        Code("36", "毛南族", "Maonan"),
        Code("37", "仡佬族", "Gelao"),
        Code("38", "锡伯族", "Xibe"),
        Code("39", "阿昌族", "Achang"),
        Code("40", "普米族", "Pumi"),
        Code("41", "塔吉克族", "Tajik"),
        Code("42", "怒族", "Nu"),
        Code("43", "乌孜别克族", "Uzbek"),
        Code("44", "俄罗斯族", "Russ"),
        Code("45", "鄂温克族", "Ewenki"),
        Code("46", "德昂族", "Deang"),
        Code("47", "保安族", "Bonan"),
        Code("48", "裕固族", "Yugur"),
        Code("49", "京族", "Gin"),
        Code("50", "塔塔尔族", "Tatar"),
        Code("51", "独龙族", "Derung"),
        Code("52", "鄂伦春族", "Oroqen"),
        Code("53", "赫哲族", "Hezhen"),
        Code("54", "门巴族", "Monba"),
        Code("55", "珞巴族", "Lhoba"),
        Code("56", "基诺族", "Jino"),
        Code("57", "其他未识别的民族", "other, not identified"),
        Code("58", "外国血统中国籍人士", "Chinese national of foreign descent"),
        Code("99", "其他", "other"),
    ),
)

HOUSEHOLD_TYPE = CodeTable(
    16,
    "户口类别（户籍地类别）代码",
    "household registration type",
    (
        Code("10", "非农业户口(城镇)", "non-agricultural (urban)"),
        Code("11", "本地非农业户口(本地城镇)", "local non-agricultural (local urban)"),
        Code("12", "外地非农业户口(外地城镇)", "non-local non-agricultural (non-local urban)"),
        Code("20", "农业户口(农村)", "agricultural (rural)"),
        Code("21", "本地农业户口(本地农村)", "local agricultural (local rural)"),
        Code("22", "外地农业户口(外地农村)", "non-local agricultural (non-local rural)"),
        Code("30", "港澳台侨人员", "person from Hong Kong, Macao, Taiwan or overseas Chinese"),
        Code("31", "香港特别行政区居民", "resident of the Hong Kong SAR"),
        Code("32", "澳门特别行政区居民", "resident of the Macao SAR"),
        Code("33", "台湾地区居民", "resident of Taiwan"),
        Code("34", "华侨", "overseas Chinese"),
        Code("40", "外国人", "foreigner"),
        Code("41", "未取得永久居留权的外国人", "foreigner without permanent residence"),
        Code("42", "取得永久居留权的外国人", "foreigner with permanent residence"),
        Code("50", "居民户口", "resident household"),
        Code("51", "本地居民户口", "local resident household"),
        Code("52", "外地居民户口", "non-local resident household"),
    ),
)

EMPLOYMENT_STATE = CodeTable(
    17,
    "个人就业或离退休（职）状态代码",
    "employment or retirement state",
    (
        Code("1", "在业", "employed"),
        Code("2", "离休", "retired with veteran status"),
        Code("3", "退休", "retired"),
        Code("4", "退职", "left service"),
        Code("5", "失业", "unemployed"),
        Code("6", "无业", "not working"),
        Code("7", "从未就业", "never employed"),
        Code("8", "其他非在业", "otherwise not employed"),
    ),
)

MARITAL_STATUS = CodeTable(
    18,
    "婚姻状况代码",
    "marital status",
    (
        Code("1", "未婚", "single"),
        Code("2", "已婚", "married"),
        Code("3", "丧偶", "widowed"),
        Code("4", "离婚", "divorced"),
        Code("9", "未说明的婚姻状况", "not stated"),
    ),
)

PERSON_CATEGORY = CodeTable(
    19,
    "人员身份类别代码",
    "category of person",
    (
        Code("11", "国家公务员", "civil servant"),
        Code("12", "参照公务员管理人员", "managed like a civil servant"),
        Code("13", "专业技术人员", "professional or technical staff"),
        Code("17", "职员", "office staff"),
        Code("21", "企业管理人员", "enterprise manager"),
        Code("24", "工人", "worker"),
        Code("27", "农民", "farmer"),
        Code("31", "学生", "student"),
        Code("37", "现役军人", "active serviceman"),
        Code("51", "自由职业者", "freelancer"),
        Code("54", "个体经营者", "self-employed"),
        Code("70", "无业人员", "not working"),
        Code("80", "退（离）休人员", "retired"),
        Code("90", "其他", "other"),
    ),
)

POLITICAL_AFFILIATION = CodeTable(
    20,
    "政治面貌代码",
    "political affiliation",
    (
        Code("01", "中共党员", "Communist Party member"),
        Code("02", "中共预备党员", "probationary Communist Party member"),
        Code("03", "共青团员", "Communist Youth League member"),
        Code("04", "民革会员", "Revolutionary Committee of the Kuomintang member"),
        Code("05", "民盟盟员", "China Democratic League member"),
        Code("06", "民建会员", "China National Democratic Construction Association member"),
        Code("07", "民进会员", "China Association for Promoting Democracy member"),
        Code("08", "农工党党员", "Peasants' and Workers' Democratic Party member"),
        Code("09", "致公党党员", "China Zhi Gong Party member"),
        Code("10", "九三学社社员", "Jiusan Society member"),
        Code("11", "台盟盟员", "Taiwan Democratic Self-Government League member"),
        Code("12", "无党派民主人士", "public figure without party affiliation"),
        Code("13", "群众", "none"),
    ),
)

EDUCATION_LEVEL = CodeTable(
    21,
    "学历代码",
    "education level",
    (
        Code("11", "博士研究生", "doctoral programme"),
        Code("14", "硕士研究生", "master's programme"),
        Code("21", "大学本科", "undergraduate university"),
        Code("31", "大学专科", "junior college"),
        Code("41", "中等专科", "specialised secondary school"),
        Code("44", "职业高中", "vocational high school"),
        Code("47", "技工学校", "skilled workers' school"),
        Code("61", "普通高中", "general senior high school"),
        Code("71", "初级中学", "junior high school"),
        Code("81", "小学", "primary school"),
        Code("90", "其他", "other"),
    ),
)

HONOUR_LEVEL = CodeTable(
    54,
    "荣誉称号级别代码",
    "level of an honorary title",
    (
        Code("0", "国家级荣誉称号", "national"),
        Code("1", "省(自治区、直辖市)级荣誉称号", "provincial"),
        Code("3", "部(委)级荣誉称号", "ministerial"),
        Code("5", "地(市、厅、局)级荣誉称号", "prefectural"),
        Code("6", "区(县、局)级荣誉称号", "county"),
        Code("7", "基层单位荣誉称号", "grassroots unit"),
        Code("8", "国际国外荣誉称号", "international or foreign"),
    ),
)

PLACEMENT = CodeTable(
    57,
    "安置方式代码",
    "way of placement",
    (
        Code("1", "计划分配", "planned assignment"),
        Code("2", "自主择业", "own choice of occupation"),
        Code("3", "复员改转业", "discharge changed to transfer"),
        Code("9", "其他", "other"),
    ),
)
