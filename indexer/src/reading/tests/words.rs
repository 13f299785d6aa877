//! Words that only meet at a place, units of the next person, lists and signatures: the cases, each with its reason.

use super::{Asked, Known, Reading, read};

/// How `name` reads in `text`, and why, at every place, where the archive knows it and `known`.
fn reasons(known: &[&str], name: &str, text: &str) -> Vec<(Reading, &'static str)> {
    let known =
        Known::compile(known.iter().chain([&name]).map(|name| dossier::name::name_key(name)), []).unwrap();
    let asked = Asked::new(&known, &[dossier::name::name_key(name)]).unwrap();
    read(&asked, text).occurrences.iter().map(|place| (place.reading, place.why)).collect()
}

#[test]
fn what_reads_better_as_words_on_both_sides_is_no_name() {
    for (name, text) in [
        // A preposition, a conjunction, a verb before a word that goes on.
        ("向东", "美方想向东亚国家提出计划"),
        ("向东", "向东南、中南、西南进军"),
        ("于明", "会议将于明天召开"),
        ("于库尔", "由于库尔德人主要意图不在于此"),
        ("和白", "向乌克兰和白俄罗斯支付"),
        ("任武", "曾任武昌车站党委书记"),
        ("曾公", "他也曾公开表示反对"),
        ("高成", "企业承受高成本扩张"),
        ("张和平", "我们主张和平解决争端"),
        // A word before, and what joins it to the next one.
        ("张以", "不主张以人权问题为由"),
        ("林和", "热带森林和沼泽地"),
        ("梁和", "重要桥梁和纽带"),
        ("周向", "公司本周向一位受害者赔偿"),
        // Numbers, and what is counted.
        ("万云", "这是4000万云南人民的大事"),
        ("万元", "捐资九十多万元人民币"),
        ("张图", "两个人绘一张图要半年"),
        ("周内", "在一周内改正"),
        // Although a title stands behind it: that of the longer name.
        ("江和", "好汉宋江和夫人到场"),
    ] {
        assert_eq!(reasons(&[], name, text), [(Reading::Word, "crosses_words")], "{text}");
    }
}

#[test]
fn a_name_that_only_happens_to_begin_or_end_a_word_stays_one() {
    for (name, text) in [
        ("周明", "周明说，问题属实"),
        ("赵利", "被告人赵利用水杯砸伤被害人"),
        ("张谦", "张谦和他的战友们"),
        ("刘帅", "刘帅才高，却谦虚好学"),
        ("郭冠", "选手郭冠以145公斤夺冠"),
        ("鲍建", "鲍建有严重的关节炎"),
        ("张兰芝", "张兰芝花费了两万元"),
        ("黄建林", "黄建林家住江州市解放路"),
        ("安莉", "副市长安莉在汇报工作时说"),
        ("于辉", "对于辉同志的逝世表示哀悼"),
        ("万春", "第一章万春贪污案"),
        ("张正", "当时张正好不在"),
        ("卫红", "卫红的办公室"),
        ("边某", "在某医院南边某局家属院"),
        ("向东", "向东去了县里"),
        ("曾明", "主席曾明确认了账目"),
        ("江良", "办公室副所长江良\n马总到场"),
    ] {
        let found = reasons(&[], name, text);
        assert!(
            !found.is_empty() && found.iter().all(|(reading, _)| *reading == Reading::Free),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn the_unit_behind_a_person_is_that_of_the_person_or_of_the_next_one() {
    use Reading::{Free, Word};
    for (name, text, reading) in [
        ("付仁", "外科主任医师付仁四川省天地出版社社长", Free),
        ("林兰", "文化馆馆长林兰江西医学院附属医院", Free),
        ("李宣", "倒计时（诗）李宣山东师范大学", Free),
        ("王璧", "王璧徐州华润电力公司总经理", Free),
        ("王璧", "走向世界\n王璧明达集团董事长\n", Free),
        ("陈守", "陈守高度评价社区娱乐中心的功能", Free),
        ("郭骏", "郭骏会见沃尔沃公司总裁", Free),
        ("弗兰森", "弗兰森学会了忍耐", Free),
        ("王璧", "张庆（王璧体育用品公司公关经理）", Word),
        ("王璧", "目前王璧集团的产品很多", Word),
        ("宋令仪", "宋令仪日本基金会成立", Word),
        ("宋令仪", "参观宋令仪故居", Word),
    ] {
        let found: Vec<Reading> = reasons(&[], name, text).into_iter().map(|(reading, _)| reading).collect();
        assert_eq!(found, [reading], "{text}");
    }
}

#[test]
fn lists_signatures_and_nationalities_speak_for_a_person() {
    use Reading::{Free, Word};
    for (name, text, reading, why) in [
        ("高峰", "李明华、高峰等参加演出", Free, "in_name_list"),
        ("高峰", "李明华、高峰受雇参与管理", Free, "in_name_list"),
        ("高峰", "李明华、高峰时段的客流", Word, "dictionary_word"),
        ("夏日", "夏日（蒙古族）、许年", Free, "title_beside"),
        ("许可", "该专线将于近期开通。（许可）\n下一条", Free, "signed"),
        ("许可", "该专线将于近期开通。（许可）", Free, "signed"),
        ("许可", "办理有关证照（许可）的程序", Word, "dictionary_word"),
        ("许可", "应当依法办理。（许可）条件另定", Word, "dictionary_word"),
        ("孙子", "七岁的小孙子不离奶奶左右", Word, "part_of_name"),
        ("高原", "发扬老高原精神", Word, "dictionary_word"),
        ("高原", "主持人高原到会", Free, "title_beside"),
    ] {
        assert_eq!(reasons(&["李明华"], name, text), [(reading, why)], "{text}");
    }
}

#[test]
fn longer_names_titles_and_letters_around_a_place() {
    use Reading::{Free, Word};
    for (name, text, reading, why) in [
        ("斯坦", "爱因斯坦教授说", Word, "part_of_name"),
        ("王凤", "曾孙女王凤到场", Free, ""),
        ("王伟", "《当代画家丛书·王伟》", Free, ""),
        ("艾山", "吾买尔江·艾山到会", Word, "foreign_name"),
        ("邸忠", "（湖北武汉市青山区邸忠）", Free, ""),
        ("Rock", "由Rockstar公司开发", Word, "part_of_word"),
        ("Rock", "由Rock开发", Free, ""),
        ("Rock", "由 Rock Star 开发", Free, ""),
    ] {
        assert_eq!(reasons(&[], name, text), [(reading, why)], "{text}");
    }
}
