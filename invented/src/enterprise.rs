//! Invented companies and associations: names, and credit codes by GB 32100 whose check character is
//! reckoned here, apart from the checking in `dossier`.

use crate::rng::Rng;

const FIRST: [&str; 24] = [
    "恒源", "鼎盛", "华晟", "瑞丰", "宏远", "金穗", "天润", "博众", "汇通", "顺达", "嘉禾", "盛世", "远航",
    "新锐", "万象", "启明", "联创", "兴业", "福泽", "安信", "东升", "众诚", "佳美", "永泰",
];
const TRADE: [&str; 12] = [
    "园艺",
    "文化传播",
    "商贸",
    "家政服务",
    "苗木",
    "印务",
    "广告",
    "茶业",
    "花卉",
    "咨询",
    "礼仪服务",
    "陶艺",
];
const ASSOCIATION: [&str; 8] =
    ["书法家协会", "摄影协会", "围棋协会", "诗词学会", "登山协会", "集邮协会", "收藏家协会", "钓鱼协会"];

/// The name of a company of some other city.
pub(crate) fn company(rng: &mut Rng) -> String {
    format!("云岭市{}{}有限公司", rng.pick(&FIRST), rng.pick(&TRADE))
}

/// The name of an association.
pub(crate) fn association(rng: &mut Rng) -> String {
    format!("云岭市{}", rng.pick(&ASSOCIATION))
}

/// A code of 18 characters whose nine of the organisation are made of `number`.
pub(crate) fn credit_code(number: u64) -> String {
    let body = format!("91440199MA{:07}", number % 10_000_000);
    with_check(&body)
}

fn with_check(body: &str) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let value = |c: char| ALPHABET.chars().position(|known| known == c).unwrap_or(0);
    let (sum, _) =
        body.chars().fold((0, 1), |(sum, weight), c| ((sum + value(c) * weight) % 31, weight * 3 % 31));
    let check = ALPHABET.chars().nth((31 - sum) % 31).unwrap_or('0');
    format!("{body}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_character_is_that_of_the_standards_example() {
        assert_eq!(with_check("91350100M000100Y4"), "91350100M000100Y43");
        assert_eq!(with_check("91430100183764831"), "91430100183764831F");
    }

    #[test]
    fn codes_differ_and_are_accepted() {
        let codes: std::collections::BTreeSet<String> = (0..5_000).map(credit_code).collect();
        assert_eq!(codes.len(), 5_000);
        for code in codes {
            assert_eq!(dossier::credit_code::check(&code), Ok(()), "{code}");
        }
    }
}
