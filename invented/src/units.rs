//! The invented units: a district or county with its bureaus, hospitals, schools, companies, towns and
//! villages as a tree, with short names, and the supervising offices over them.
//!
//! No name or alias of a unit stands inside that of another one, so that "the unit stands in the text"
//! has one meaning.

use crate::rng::Rng;
use crate::scale::Scale;

/// Title, rank, and whether it is one of the leaders'.
pub(crate) type PostKind = (&'static str, &'static str, bool);

/// What a unit is; decides its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Bureau,
    Institution,
    Company,
    Hospital,
    School,
    Town,
    Village,
}

impl UnitKind {
    /// The value of 类别.
    pub(crate) fn category(self) -> &'static str {
        match self {
            UnitKind::Bureau | UnitKind::Town => "机关",
            UnitKind::Institution => "事业单位",
            UnitKind::Company => "国有企业",
            UnitKind::Hospital => "医院",
            UnitKind::School => "学校",
            UnitKind::Village => "村社区",
        }
    }

    /// Its posts with their ranks, leaders first.
    pub(crate) fn posts(self) -> &'static [PostKind] {
        match self {
            UnitKind::Bureau => &[
                ("党组书记、局长", "乡科级正职", true),
                ("党组成员、副局长", "乡科级副职", true),
                ("副局长", "乡科级副职", true),
                ("办公室主任", "科员及以下", false),
                ("综合科科长", "科员及以下", false),
                ("四级调研员", "乡科级正职", false),
                ("一级主任科员", "乡科级副职", false),
                ("二级主任科员", "乡科级副职", false),
                ("执法大队大队长", "科员及以下", false),
                ("四级主任科员", "科员及以下", false),
                ("一级科员", "科员及以下", false),
            ],
            UnitKind::Institution => &[
                ("党支部书记、主任", "乡科级正职", true),
                ("副主任", "乡科级副职", true),
                ("业务科科长", "其他", false),
                ("高级工程师", "其他", false),
                ("七级职员", "其他", false),
                ("九级职员", "其他", false),
            ],
            UnitKind::Company => &[
                ("党委书记、董事长", "其他", true),
                ("总经理", "其他", true),
                ("副总经理", "其他", true),
                ("财务总监", "其他", false),
                ("工程部部长", "其他", false),
                ("项目经理", "其他", false),
                ("综合部职员", "其他", false),
            ],
            UnitKind::Hospital => &[
                ("党委书记", "乡科级正职", true),
                ("院长", "乡科级正职", true),
                ("副院长", "乡科级副职", true),
                ("设备科科长", "其他", false),
                ("药剂科主任", "其他", false),
                ("骨科主任医师", "其他", false),
                ("护士长", "其他", false),
                ("主治医师", "其他", false),
            ],
            UnitKind::School => &[
                ("党支部书记、校长", "乡科级正职", true),
                ("副校长", "乡科级副职", true),
                ("教务处主任", "其他", false),
                ("总务处主任", "其他", false),
                ("高级教师", "其他", false),
                ("一级教师", "其他", false),
            ],
            UnitKind::Town => &[
                ("党委书记", "乡科级正职", true),
                ("党委副书记、镇长", "乡科级正职", true),
                ("人大主席", "乡科级正职", true),
                ("党委委员、副镇长", "乡科级副职", true),
                ("党政综合办公室主任", "科员及以下", false),
                ("经济发展办公室主任", "科员及以下", false),
                ("综合执法队队长", "科员及以下", false),
                ("一级科员", "科员及以下", false),
            ],
            UnitKind::Village => &[
                ("党支部书记、村委会主任", "其他", true),
                ("村委会副主任", "其他", false),
                ("村会计", "其他", false),
                ("村民小组组长", "其他", false),
            ],
        }
    }
}

/// One unit. Its index in the list is its identity inside the plan.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) parent: Option<u32>,
    pub(crate) kind: UnitKind,
    pub(crate) office: u32,
    pub(crate) town: Option<String>,
    /// 监管行业.
    pub(crate) industries: &'static [&'static str],
}

impl Unit {
    /// 管辖区域: the town, or the whole place.
    pub(crate) fn jurisdiction<'u>(&'u self, area: &'u str) -> &'u str {
        self.town.as_deref().unwrap_or(area)
    }
}

/// One supervising office.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent: Option<u32>,
}

/// The place: its name, and all units. Unit 0 is the commission.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) area: &'static str,
    pub(crate) units: Vec<Unit>,
    pub(crate) offices: Vec<Office>,
}

/// Bureaus and the like: what follows the place's name, and the short form after 区 or 县. Ordered so that
/// a small office has some of each.
const DEPARTMENTS: [(&str, &str, UnitKind); 49] = [
    ("纪委监委", "纪委监委", UnitKind::Bureau),
    ("财政局", "财政局", UnitKind::Bureau),
    ("教育局", "教育局", UnitKind::Bureau),
    ("住房和城乡建设局", "住建局", UnitKind::Bureau),
    ("卫生健康局", "卫健局", UnitKind::Bureau),
    ("人民医院", "医院", UnitKind::Hospital),
    ("第一中学", "一中", UnitKind::School),
    ("城市建设投资集团有限公司", "城投集团", UnitKind::Company),
    ("自然资源局", "自然资源局", UnitKind::Bureau),
    ("市场监督管理局", "市场监管局", UnitKind::Bureau),
    ("交通运输局", "交通局", UnitKind::Bureau),
    ("委组织部", "委组织部", UnitKind::Bureau),
    ("委办公室", "委办", UnitKind::Bureau),
    ("政府办公室", "政府办", UnitKind::Bureau),
    ("委宣传部", "委宣传部", UnitKind::Bureau),
    ("委统战部", "委统战部", UnitKind::Bureau),
    ("委政法委员会", "委政法委", UnitKind::Bureau),
    ("发展和改革局", "发改局", UnitKind::Bureau),
    ("科技和工业信息化局", "科工局", UnitKind::Bureau),
    ("民政局", "民政局", UnitKind::Bureau),
    ("司法局", "司法局", UnitKind::Bureau),
    ("人力资源和社会保障局", "人社局", UnitKind::Bureau),
    ("水务局", "水务局", UnitKind::Bureau),
    ("农业农村局", "农业农村局", UnitKind::Bureau),
    ("商务局", "商务局", UnitKind::Bureau),
    ("文化旅游体育局", "文旅体局", UnitKind::Bureau),
    ("退役军人事务局", "退役军人局", UnitKind::Bureau),
    ("应急管理局", "应急局", UnitKind::Bureau),
    ("审计局", "审计局", UnitKind::Bureau),
    ("统计局", "统计局", UnitKind::Bureau),
    ("医疗保障局", "医保局", UnitKind::Bureau),
    ("城市管理局", "城管局", UnitKind::Bureau),
    ("信访局", "信访局", UnitKind::Bureau),
    ("行政审批服务局", "审批局", UnitKind::Bureau),
    ("生态环境局", "环境局", UnitKind::Bureau),
    ("林业局", "林业局", UnitKind::Bureau),
    ("总工会", "总工会", UnitKind::Bureau),
    ("残疾人联合会", "残联", UnitKind::Bureau),
    ("供销合作社联合社", "供销社", UnitKind::Institution),
    ("机关事务服务中心", "机关事务中心", UnitKind::Institution),
    ("融媒体中心", "融媒中心", UnitKind::Institution),
    ("公共资源交易中心", "交易中心", UnitKind::Institution),
    ("疾病预防控制中心", "疾控中心", UnitKind::Institution),
    ("中医医院", "中医院", UnitKind::Hospital),
    ("妇幼保健院", "妇保院", UnitKind::Hospital),
    ("实验小学", "实小", UnitKind::School),
    ("职业技术学校", "职校", UnitKind::School),
    ("水务投资有限公司", "水投公司", UnitKind::Company),
    ("公共交通有限公司", "公交公司", UnitKind::Company),
];

/// What the bureaus regulate, by their short form.
const REGULATED: [(&str, &[&str]); 12] = [
    ("财政局", &["代理记账", "政府采购代理"]),
    ("教育局", &["校外培训", "民办教育"]),
    ("住建局", &["房地产开发", "建筑施工", "物业管理"]),
    ("卫健局", &["医疗服务", "托育服务"]),
    ("自然资源局", &["矿产开采", "土地整治"]),
    ("市场监管局", &["食品经营", "药品零售", "特种设备"]),
    ("交通局", &["道路运输", "机动车维修"]),
    ("水务局", &["水利工程", "砂石开采"]),
    ("农业农村局", &["种子经营", "畜禽屠宰"]),
    ("商务局", &["成品油零售", "拍卖"]),
    ("文旅体局", &["旅行社", "娱乐场所"]),
    ("城管局", &["户外广告", "渣土运输"]),
];

const TOWN_FIRST: [&str; 30] = [
    "青龙",
    "双桥",
    "柳溪",
    "石板",
    "梅岭",
    "清泉",
    "枫林",
    "荷塘",
    "凤台",
    "桃源",
    "板桥",
    "沙洲",
    "新田",
    "竹山",
    "莲湖",
    "龙潭",
    "松坪",
    "云台",
    "观音滩",
    "三河",
    "罗汉",
    "银杏",
    "古渡",
    "大堰",
    "平塘",
    "茶亭",
    "杨柳湾",
    "石门",
    "鹅颈",
    "白鹤",
];
const VILLAGE_FIRST: [&str; 40] = [
    "红星", "前进", "团结", "新民", "上坪", "下坪", "老屋", "桥头", "井湾", "樟树", "塘坊", "岩口", "横街",
    "枣园", "大屋", "水口", "长冲", "罗家", "彭家", "周家", "谭家", "石桥", "双井", "月塘", "东坪", "西坪",
    "南冲", "北冲", "油坊", "茅坪", "瓦窑", "砖桥", "栗山", "黄泥", "铁炉", "花桥", "牌楼", "麻园", "枫树",
    "柏树",
];
/// What a town of a county has besides its government.
const TOWN_UNITS: [(&str, &str, UnitKind); 6] = [
    ("中心小学", "中心校", UnitKind::School),
    ("初级中学", "中学", UnitKind::School),
    ("中心卫生院", "卫生院", UnitKind::Hospital),
    ("财政所", "财所", UnitKind::Institution),
    ("农业综合服务中心", "农服中心", UnitKind::Institution),
    ("便民服务站", "便民站", UnitKind::Institution),
];

/// The place for `scale`: exactly so many units.
pub(crate) fn invent(scale: Scale, seed: u64) -> Place {
    let mut rng = Rng::stream(seed, "units", 0);
    let (area, suffix) = if scale.units > 100 { ("安澜县", "县") } else { ("明湖区", "区") };
    let offices = offices(area, scale.units);
    let mut place = Place { area, units: Vec::with_capacity(scale.units), offices };
    let departments = DEPARTMENTS.len().min(scale.units.saturating_sub(2).max(1));
    for (index, &(name, short, kind)) in DEPARTMENTS[..departments].iter().enumerate() {
        let parent = if index == 0 { None } else { Some(0) };
        // 委组织部 after 明湖区 is 明湖区委组织部
        place.add(format!("{area}{name}"), vec![format!("{suffix}{short}")], parent, kind, None);
    }
    let towns_wanted = (scale.units - departments).div_ceil(24).max((scale.units - departments).min(12));
    let mut towns: Vec<(u32, String)> = Vec::new();
    for number in 0..towns_wanted {
        let town = numbered(&TOWN_FIRST, number, "镇");
        let at = place.add(
            format!("{area}{town}人民政府"),
            vec![format!("{town}政府")],
            Some(0),
            UnitKind::Town,
            Some(&town),
        );
        towns.push((at, town));
    }
    let mut number = 0;
    while place.units.len() < scale.units {
        let (parent, town) = towns[number % towns.len()].clone();
        let round = number / towns.len();
        if let Some(&(name, short, kind)) = TOWN_UNITS.get(round) {
            place.add(
                format!("{area}{town}{name}"),
                vec![format!("{town}{short}")],
                Some(parent),
                kind,
                Some(&town),
            );
        } else {
            let village = numbered(&VILLAGE_FIRST, round - TOWN_UNITS.len(), "村");
            let aliases = vec![format!("{town}{village}")];
            place.add(
                format!("{area}{town}{village}村民委员会"),
                aliases,
                Some(parent),
                UnitKind::Village,
                Some(&town),
            );
        }
        number += 1;
    }
    let offices = u32::try_from(place.offices.len()).unwrap_or(1);
    for unit in &mut place.units {
        // the first office is the commission's own; the others divide the units among themselves
        unit.office = if offices > 1 { rng.between(1, offices - 1) } else { 0 };
    }
    place
}

/// The name number `number`: `first[number]`, and 新…, 二…, 三… when the list is used up.
fn numbered(first: &[&str], number: usize, suffix: &str) -> String {
    let prefix = ["", "新", "二", "三", "四", "五", "六", "七", "八", "九"];
    let round = number / first.len();
    format!("{}{}{suffix}", prefix[round % prefix.len()], first[number % first.len()])
}

fn offices(area: &str, units: usize) -> Vec<Office> {
    const NUMBERS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    let rooms = (units / 10 + 1).clamp(2, NUMBERS.len());
    let mut offices =
        vec![Office { id: "O1".to_owned(), name: format!("{area}纪委监委机关"), parent: None }];
    let mut add = |name: String, parent: u32| {
        let id = format!("O{}", offices.len() + 1);
        offices.push(Office { id, name, parent: Some(parent) });
    };
    for number in &NUMBERS[..rooms] {
        add(format!("第{number}监督检查室"), 0);
    }
    // some rooms have a group that sits with the supervised
    for (room, number) in (1_u32..).zip(&NUMBERS[..rooms.min(4)]) {
        add(format!("派驻第{number}纪检监察组"), room);
    }
    offices
}

impl Place {
    fn add(
        &mut self,
        name: String,
        aliases: Vec<String>,
        parent: Option<u32>,
        kind: UnitKind,
        town: Option<&str>,
    ) -> u32 {
        let index = u32::try_from(self.units.len()).unwrap_or(u32::MAX);
        let id = format!("U{:02}", index + 1);
        let short = |known: &str| aliases.iter().any(|alias| alias.ends_with(known) && town.is_none());
        let industries = REGULATED.iter().find(|(known, _)| short(known)).map_or(&[][..], |(_, those)| those);
        let town = town.map(str::to_owned);
        self.units.push(Unit { id, name, aliases, parent, kind, office: 0, town, industries });
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_has_exactly_its_units() {
        for scale in
            [Scale::small(), Scale::district(), Scale::county(), Scale::of(50, 10), Scale::of(1_000_000, 1)]
        {
            assert_eq!(invent(scale, 1).units.len(), scale.units);
        }
    }

    #[test]
    fn no_name_of_a_unit_stands_inside_that_of_another() {
        for scale in [Scale::small(), Scale::district(), Scale::county()] {
            let place = invent(scale, 1);
            for (index, unit) in place.units.iter().enumerate() {
                for other in place.units.iter().skip(index + 1) {
                    for a in unit.aliases.iter().chain([&unit.name]) {
                        for b in other.aliases.iter().chain([&other.name]) {
                            assert!(!a.contains(b.as_str()) && !b.contains(a.as_str()), "{a} {b}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_tree_has_one_root_and_parents_stand_first() {
        let place = invent(Scale::county(), 1);
        for (index, unit) in place.units.iter().enumerate() {
            assert_eq!(unit.parent.is_none(), index == 0);
            assert!(unit.parent.is_none_or(|parent| (parent as usize) < index));
            assert!((unit.office as usize) < place.offices.len());
        }
    }
}
