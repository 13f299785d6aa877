//! Characters that are taken for each other when a name is copied by hand or by eye. Common knowledge, kept to
//! what really happens in names: every pair makes suggestions that somebody has to read.

/// Groups of characters of one look; each may stand for each other of its group. In simplified form, as the
/// keys of names are.
const GROUPS: &[&str] = &[
    "己已巳",
    "戊戌戍",
    "未末",
    "士土",
    "千干于",
    "日曰",
    "人入",
    "太大",
    "天夭",
    "刀刁",
    "王玉",
    "侯候",
    "杨扬",
    "余佘",
    "冼洗",
    "祁祈",
    "莱菜",
    "崇祟",
    "晴睛",
    "辰晨",
    "崔催",
    "沐沭",
    "闵闽",
    "史吏",
    "享亨",
    "析折",
    "拆析",
    "治冶",
    "准淮",
    "今令",
    "冷泠",
    "竟竞",
    "班斑",
    "辩辨辫",
    "瞻赡",
    "嬴赢",
    "彬杉",
    "琳淋",
    "玲铃",
    "珏钰",
    "琪祺淇棋",
    "琦绮",
    "晓哓骁",
    "晖辉",
    "炜玮伟",
    "泽译择",
    "浩皓",
    "洁浩",
    "莹萤",
    "瑶遥",
    "瑛英",
    "瑾谨",
    "璐露",
    "昊旻",
    "昱煜",
    "晟成",
    "勤勒",
    "捷婕",
    "妍研",
    "芊芋",
    "茵菌",
    "蓝篮",
    "莉俐",
    "丽俪",
    "燕雁",
    "宣宜",
    "宇字",
    "冠寇",
    "毫豪",
    "永水",
    "沂忻",
    "忻欣",
    "怡恰",
    "恒桓垣",
    "坦坤",
    "培陪",
    "城诚",
    "埔浦",
    "凯铠",
    "峰锋",
    "峥铮",
    "巍魏",
    "平乎",
    "廷延",
    "建健",
    "微徽薇",
    "志忘",
    "思恩",
    "慧惠",
    "戎戒",
    "拴栓",
    "振震",
    "斌彬",
    "春舂",
    "晏宴",
    "曼蔓",
    "朋明",
    "栗粟",
    "楷揩",
    "民氏",
    "源原",
    "滕藤腾",
    "焕涣",
    "煊暄",
    "熙照",
    "爱受",
    "珩衍",
    "申电",
    "眉屑",
    "矛予",
    "童章",
    "符荷",
    "简筒",
    "籍藉",
    "红江虹",
    "绍昭",
    "维淮",
    "翔祥",
    "耿耽",
    "育肓",
    "良艮",
    "苹萍",
    "茂荗",
    "荃筌",
    "萧箫",
    "裴斐",
    "贺贸",
    "赛塞",
    "超赵",
    "遂逐",
    "郎朗",
    "铭茗",
    "锦绵",
    "镇填",
    "隆降",
    "霄宵",
    "霖琳",
    "颖颍",
    "香杳",
    "鸣呜",
    "鹏朋",
    "黎藜",
    "龙尤",
    "韦书",
    "代伐",
    "兰三",
    "卞卡",
    "汩汨",
    "钧钓",
    "钰珏",
    "祎袆",
    "禧僖",
    "翊翌",
    "晗唅",
    "珺郡",
    "琨锟",
    "暧暖",
    "妤好",
    "姗珊",
    "媛嫒",
    "婉宛",
    "娉聘",
    "芮苪",
    "荀苟",
    "茹如",
    "菁青",
    "蒋将",
    "薜薛",
    "邵绍",
    "邢刑",
    "郗郄",
    "阚瞰",
    "谌湛",
    "覃潭",
    "亓元",
    "仝全",
    "卜下",
    "宓密",
    "庞宠",
    "柏拍",
    "柯轲",
    "枊柳",
    "梁粱",
    "榕蓉",
    "槐愧",
    "汤场",
    "泮洋",
    "洺铭",
    "浚俊",
    "涂徐",
    "淳醇",
    "湘相",
    "漆膝",
];

/// The characters that are taken for `c`, each once.
pub(super) fn alike(c: char) -> Vec<char> {
    let mut found = Vec::new();
    for group in GROUPS.iter().filter(|group| group.contains(c)) {
        for other in group.chars().filter(|other| *other != c) {
            if !found.contains(&other) {
                found.push(other);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_looks_alike_looks_alike_both_ways() {
        assert_eq!(alike('己'), ['已', '巳']);
        assert_eq!(alike('余'), ['佘']);
        assert!(alike('强').is_empty());
        for group in GROUPS {
            for c in group.chars() {
                assert!(!alike(c).contains(&c));
                assert!(alike(c).iter().all(|other| alike(*other).contains(&c)), "{c}");
            }
        }
    }

    #[test]
    fn groups_are_in_normal_form_and_no_character_stands_twice_in_one() {
        for group in GROUPS {
            let distinct: HashSet<char> = group.chars().collect();
            assert_eq!(distinct.len(), group.chars().count(), "{group}");
            assert_eq!(&dossier::name::name_key(group), group);
        }
    }
}
