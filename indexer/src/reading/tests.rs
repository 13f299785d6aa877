//! How names read where they stand: the cases, each with its reason for being one.
#![allow(clippy::unwrap_used)]

mod words;

use super::*;
use crate::packed::{Bytes, Writer};

/// Reads `text`, without a title; identity numbers stay as they are.
fn read<'a>(asked: &'a Asked<'_>, text: &str) -> TextReading<'a> {
    read_text(asked, Written { title: "", content: text }, &str::to_owned)
}

/// Reads `text` for `name` where the archive knows `known`.
#[track_caller]
fn readings(known: &[&str], name: &str, text: &str) -> Vec<(u32, u32, Reading)> {
    let known = Known::compile(known.iter().map(|name| dossier::name::name_key(name)), []).unwrap();
    let names = [dossier::name::name_key(name)];
    let asked = Asked::new(&known, &names).unwrap();
    read(&asked, text).occurrences.into_iter().map(|o| (o.start, o.end, o.reading)).collect()
}

#[test]
#[allow(clippy::too_many_lines, clippy::type_complexity, reason = "a table of cases")]
fn each_reading_has_its_cases() {
    use Reading::{Free, Inside, Word};
    let cases: &[(&str, &[&str], &str, &str, &[(u32, u32, Reading)])] = &[
        ("plain", &["王伟"], "王伟", "经查，王伟收受礼金。", &[(3, 5, Free)]),
        ("padded", &["王伟"], "王伟", "经查，王　伟收受礼金。", &[(3, 6, Free)]),
        ("wrapped", &["王伟"], "王伟", "经查，王\n伟收受礼金。", &[(3, 6, Free)]),
        ("in a longer known name", &["王伟", "王伟明"], "王伟", "经查，王伟明收受礼金。", &[(3, 5, Inside)]),
        ("a space parts it from what follows", &["王伟", "王伟明"], "王伟", "王伟 明年退休", &[(0, 2, Free)]),
        (
            "a line parts it from what follows",
            &["王伟", "王伟明"],
            "王伟",
            "参加人：王伟\n明年计划",
            &[(4, 6, Free)],
        ),
        ("a word parts it", &["王伟", "王伟明"], "王伟", "书记王伟明天到岗", &[(2, 4, Free)]),
        ("an idiom parts it", &["王伟", "王伟明"], "王伟", "经查，王伟明知故犯。", &[(3, 5, Free)]),
        ("a rare word does not", &["徐亮", "徐亮波"], "徐亮", "积案4件，徐亮波包案到人。", &[(5, 7, Inside)]),
        (
            "a wrap before a long line does not",
            &["张丽", "张丽荣"],
            "张丽",
            "以下情况。\n　　张丽\n荣在污水处理厂扩建工程中为合作社承揽业务提供帮助。",
            &[(8, 10, Inside)],
        ),
        (
            "a heading before a long line does",
            &["张丽", "张丽荣"],
            "张丽",
            "事迹：张丽\n荣获先进个人称号，长期在污水处理厂扩建工程一线工作。",
            &[(3, 5, Free)],
        ),
        (
            "a list with a name a line does",
            &["张丽", "张丽荣"],
            "张丽",
            "张丽\n荣华\n李强\n",
            &[(0, 2, Free)],
        ),
        (
            "a wrapped line does not",
            &["王伟", "王伟明"],
            "王伟",
            "经调查核实，上述问题反映的对象是王伟\n明同志。",
            &[(16, 18, Inside)],
        ),
        (
            "a word goes on after the longer name",
            &["徐亮", "徐亮波"],
            "徐亮",
            "徐亮波海量数据",
            &[(0, 2, Inside)],
        ),
        (
            "a dot does not",
            &["买买提", "阿卜杜拉·买买提"],
            "买买提",
            "阿卜杜拉·买买提到会",
            &[(5, 8, Inside)],
        ),
        ("the peak", &["高峰"], "高峰", "客流达到高峰", &[(4, 6, Word)]),
        ("comrade", &["高峰"], "高峰", "高峰同志到会", &[(0, 2, Free)]),
        ("chief", &["高峰"], "高峰", "副局长高峰到会", &[(3, 5, Free)]),
        ("in a list of names", &["高峰", "张建国"], "高峰", "出席：张建国、高峰。", &[(7, 9, Free)]),
        ("part of a place", &["罗斯"], "罗斯", "访问俄罗斯期间", &[(3, 5, Word)]),
        ("unknown to the archive", &[], "赵铁柱", "赵铁柱、赵铁柱", &[(0, 3, Free), (4, 7, Free)]),
        ("masked run", &[], "王某", "王某某、王某", &[(0, 2, Inside), (4, 6, Free)]),
        ("traditional", &["张伟"], "张伟", "張偉到會", &[(0, 2, Free)]),
    ];
    for (label, known, name, text, expected) in cases {
        assert_eq!(readings(known, name, text), *expected, "{label}: {text}");
    }
}

#[test]
fn where_both_cuts_can_be_meant_the_shorter_name_is_not_hidden() {
    let open = [
        ("刘建", "刘建正", "经查，刘建正在接受纪律审查。"),
        ("王伟", "王伟明", "王伟明确认罪认罚"),
        ("张建", "张建平", "张建平均分得赃款30万元"),
        ("周国", "周国平", "周国平时收受礼金"),
        ("孙立", "孙立新", "孙立新任局长期间受贿"),
        ("高建", "高建立", "高建立即退缴违纪所得"),
        ("曹先", "曹先后", "曹先后收受礼金。"),
        ("杨建", "杨建国", "杨建国有资产流失负责"),
        ("施正", "施正科", "施正科级干部违纪"),
        ("黄晓", "黄晓均", "李明华、黄晓均也认为"),
        ("金磊", "于金磊", "材料由于金磊存档备查"),
    ];
    for (name, longer, text) in open {
        let found = readings(&[name, longer], name, text);
        assert!(found.iter().all(|(_, _, reading)| *reading == Reading::Free), "{text}");
    }
    for (name, longer, text) in [
        ("王伟", "王伟明", "王伟明收受礼金"),
        ("徐亮", "徐亮波", "徐亮波包案到人"),
        ("金成", "金成功", "金成功套取资金"),
        // 确保 stands there, and nothing is left over beside it.
        ("吴俊", "吴俊明", "替补吴俊明确保双打两分"),
        // 均 is said of several.
        ("黄晓", "黄晓均", "部门经理黄晓均也认为"),
        // What is transcribed behind a dot is one.
        ("克莱", "克莱因", "官员乔尔·克莱因在司法部"),
        ("克莱", "乔尔·克莱因", "官员乔尔·克莱因在司法部"),
    ] {
        let found = readings(&[name, longer], name, text);
        assert!(found.iter().all(|(_, _, reading)| *reading == Reading::Inside), "{text}");
    }
}

#[test]
fn a_unit_inside_a_longer_units_name_does_not_count() {
    let known = Known::compile([], ["水务局", "城东区水务局", "教体局"].map(str::to_owned)).unwrap();
    let asked = Asked::new(&known, &[]).unwrap();
    let units = read(&asked, "城东区水务局与教体局会商").circumstances.units;
    assert_eq!(units.into_iter().collect::<Vec<_>>(), ["城东区水务局", "教体局"]);
}

#[test]
#[allow(clippy::type_complexity, reason = "a table of cases")]
fn what_is_around_a_name_makes_it_the_name_of_something_else() {
    let cases: &[(&str, &[&str], &str, &str, &str)] = &[
        ("a longer place of the dictionary", &["罗斯"], "罗斯", "访问俄罗斯总统府", "part_of_place"),
        ("a longer name of the dictionary", &["斯坦"], "斯坦", "据悉，爱因斯坦到访", "part_of_name"),
        ("an island", &["毛里"], "毛里", "考察毛里求斯项目", "part_of_place"),
        ("a foreign name goes on", &["沃尔"], "沃尔", "乘坐一辆沃尔沃轿车", "foreign_name"),
        ("a hyphen joins a foreign name", &["施特劳斯"], "施特劳斯", "部长施特劳斯-卡恩说", "foreign_name"),
        ("a firm", &["王和"], "王和", "向王和公司收取货款", "organisation_or_place"),
        ("a hall", &["徐悲鸿"], "徐悲鸿", "参观徐悲鸿纪念馆", "organisation_or_place"),
        ("words between", &["林海"], "林海", "承建方为林海环保工程公司", "organisation_or_place"),
        ("a paper", &["费加罗"], "费加罗", "据《费加罗报》报道", "organisation_or_place"),
        ("a birthplace", &["李白"], "李白", "游览李白故里碑林", "organisation_or_place"),
        ("head and title in one word", &["劳拉"], "劳拉", "劳拉公司总裁到访", "organisation_or_place"),
        ("a former home", &["邓铁梅"], "邓铁梅", "参观邓铁梅同志故居", "organisation_or_place"),
        ("a street", &["王和"], "王和", "位于王和路与东街交口", "organisation_or_place"),
        ("a town that is transcribed", &["凯恩斯"], "凯恩斯", "位于凯恩斯市内", "organisation_or_place"),
        ("an open cut inside a place", &["罗斯", "和俄罗"], "罗斯", "美国和俄罗斯科学家", "part_of_place"),
        ("a mineral", &["石英"], "石英", "采购一批石英材料", "dictionary_word"),
        ("an address", &["中山"], "中山", "住大连市中山区同兴街", "organisation_or_place"),
        ("a village", &["李浩"], "李浩", "到建水县李浩寨乡作案", "organisation_or_place"),
        ("the end of a title", &["长孙"], "长孙", "河东省副省长孙文川到会", "crosses_title"),
        ("two words that meet", &["学文"], "学文", "就读于某大学文理学院", "crosses_words"),
        ("the first part of a dotted name", &["马克思"], "马克思", "影片马克思·佩恩上映", "foreign_name"),
        ("its last part", &["买买提"], "买买提", "阿卜杜拉·买买提到会", "foreign_name"),
        ("a government abroad", &["萨根"], "萨根", "八十年代萨根政府的顾问", "organisation_or_place"),
        ("a regime", &["卡斯特里"], "卡斯特里", "推翻卡斯特里革命政权", "organisation_or_place"),
        ("a work", &["达芬奇"], "达芬奇", "根据《达芬奇密码》改编", "part_of_name"),
        ("a tomb", &["曹操"], "曹操", "关于曹操墓出土文物", "organisation_or_place"),
        ("a realm", &["盖蒂"], "盖蒂", "组成了盖蒂艺术王国的架构", "organisation_or_place"),
        ("a brand after a place", &["嘉德"], "嘉德", "在中国嘉德成交", "after_place"),
    ];
    for (label, known, name, text, why) in cases {
        let known = Known::compile(known.iter().map(|&name| name.to_owned()), []).unwrap();
        let asked = Asked::new(&known, &[(*name).to_owned()]).unwrap();
        let found: Vec<_> = read(&asked, text).occurrences.iter().map(|o| (o.reading, o.why)).collect();
        assert_eq!(found, [(Reading::Word, *why)], "{label}: {text}");
    }
}

#[test]
fn a_person_beside_the_same_words_stays_one() {
    for (name, text) in [
        ("王和", "王和任公司经理"),
        ("王和", "查明，王和、李明华合伙"),
        ("王和", "由王和管理公司账目"),
        ("王和", "王和利用职务便利"),
        ("李浩", "建水县李浩收受礼金"),
        ("长孙", "记者长孙到会"),
        ("马丽", "马丽利用职务便利"),
        ("马丽", "会计马丽提取现金"),
        ("康凯", "康凯因病请假"),
        ("安阳", "秘书长安阳说"),
        ("何年", "会计何年到岗"),
        ("边巴", "牧民边巴反映"),
        ("高峰", "高峰供述其受贿事实"),
        ("李超", "副局长李超均透露"),
        ("达尔文", "学习达尔文主义原理"),
        ("雷锋", "长期开展学雷锋活动"),
        ("尤伯", "参加尤伯杯比赛"),
        ("高峰", "列车员高峰到岗"),
        ("高峰", "李明华和高峰。"),
        ("晁文谷", "湖北襄樊晁文谷来信"),
        ("王伟", "免去王伟党组书记职务"),
        ("于青", "审判于青反革命集团的工作"),
        ("阿里", "宣读《阿里同志先进事迹》"),
        ("阿里", "印发《阿里违纪案》"),
        ("阿里", "出版《阿里传》"),
        ("王伟", "讨论《王伟检讨》"),
        ("王伟", "王伟 公司经理"),
        ("王伟", "王伟　县政府办公室主任"),
        ("王伟", "王伟政府办公室主任"),
        ("王伟", "王伟\n中学教师"),
        ("陆慧成", "陆慧成联盟杯赛前分析"),
        ("萨拉斯", "球员为智利萨拉斯"),
        ("沃尔", "为沃尔本周末来访作准备"),
        ("贝克汉姆", "绝对要比贝克汉姆及同伴激烈"),
        ("方回", "元·方回撰"),
        ("王伟", "名单：王伟·李明华"),
        ("曾培岳", "委员会主任曾培岳●国内生产总值增长"),
    ] {
        let found = readings(&[name, "李明华"], name, text);
        assert!(found.iter().all(|(_, _, reading)| *reading == Reading::Free), "{text}: {found:?}");
        assert!(!found.is_empty(), "{text}");
    }
}

#[test]
fn a_name_inside_a_known_units_name_is_part_of_it() {
    let known = Known::compile(["中山".to_owned()], ["中山区水务局".to_owned()]).unwrap();
    let asked = Asked::new(&known, &["中山".to_owned()]).unwrap();
    let found: Vec<_> =
        read(&asked, "中山区水务局长中山到会").occurrences.iter().map(|o| (o.start, o.reading)).collect();
    assert_eq!(found, [(0, Reading::Word), (7, Reading::Free)]);
}

#[test]
fn a_cut_that_only_a_rare_word_allows_is_not_open() {
    for (name, longer, text) in [
        ("星海", "冼星海", "隆重纪念冼星海百年诞辰"),
        ("黄宏", "黄宏生", "董事长黄宏生在这里讲话"),
        ("李冰", "李冰冰", "影片大赢李冰冰封后"),
    ] {
        let found = readings(&[name, longer], name, text);
        assert!(found.iter().all(|(_, _, reading)| *reading == Reading::Inside), "{text}: {found:?}");
    }
}

#[test]
fn what_is_noted_of_a_text_is_what_reading_it_gives() {
    let names = ["王伟", "王伟明", "高峰", "林峰", "罗斯", "中山", "李明华"].map(str::to_owned);
    let units = ["中山区水务局", "水务局"].map(str::to_owned);
    let known = Known::compile(names.clone(), units).unwrap();
    let texts = [
        ("", "访问俄罗斯的王伟明高峰登上林峰，身份证号11010519491231002X，1949年12月生。"),
        ("关于中山区水务局王伟的通报", "其妻李明华、高峰，身份证1101**********002X。"),
        ("王伟 11010519491231002X", "王\n伟"),
        ("", ""),
    ];
    let asked = [&names[..], &names[..1], &names[2..4], &[]];
    for (title, content) in texts {
        let written = Written { title, content };
        let noted = note(&known, &Parts::of(&known, written), &str::to_lowercase);
        let mut bytes = Writer(Vec::new());
        noted.write(&mut bytes);
        for names in asked {
            let asked = Asked::new(&known, names).unwrap();
            assert!(asked.all_known());
            assert_eq!(
                asked.pick(Bytes(&bytes.0)).unwrap(),
                read_text(&asked, written, &str::to_lowercase),
                "{content}"
            );
        }
    }
}

#[test]
fn how_a_place_reads_does_not_hang_on_what_else_is_asked() {
    let names = ["王伟", "高峰", "林峰", "李明华", "罗斯"].map(str::to_owned);
    let text = "访问俄罗斯的王伟高峰登上林峰顶峰李明华".repeat(40);
    let known = Known::compile(names.clone(), []).unwrap();
    let all = Asked::new(&known, &names).unwrap();
    let all = read(&all, &text).occurrences;
    for (at, name) in names.iter().enumerate() {
        let one = Asked::new(&known, std::slice::from_ref(name)).unwrap();
        let one: Vec<_> =
            read(&one, &text).occurrences.iter().map(|o| (o.start, o.end, o.reading, o.why)).collect();
        let among: Vec<_> =
            all.iter().filter(|o| o.name == at).map(|o| (o.start, o.end, o.reading, o.why)).collect();
        assert_eq!(one, among, "{name}");
    }
}

#[test]
fn somebodys_kin_is_called_so() {
    let known = Known::compile(["王芳".to_owned()], []).unwrap();
    let asked = Asked::new(&known, &["王芳".to_owned()]).unwrap();
    for (text, why) in
        [("李强与其妻王芳合谋", KIN_BEFORE), ("李强的妻子王芳经营超市", KIN_BEFORE), ("李强与王芳合谋", "")]
    {
        let found = read(&asked, text).occurrences;
        assert_eq!((found[0].reading, found[0].why), (Reading::Free, why), "{text}");
    }
}
