//! The texts and names that every system is given: made of nothing but a seed.

#[path = "../../tests/dice/mod.rs"]
mod dice;

use std::collections::BTreeSet;

use dice::Dice;

const SURNAMES: &str =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢";
const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海燕玲鹏飞宇浩然子轩梓涵雨欣思佳怡嘉俊";
const CLAUSES: &[&str] = &[
    "经查，该同志在担任主要负责人期间",
    "违反中央八项规定精神",
    "收受管理和服务对象所送礼品礼金",
    "违规发放津贴补贴",
    "接受可能影响公正执行公务的宴请",
    "将应当由本人支付的费用由下属单位支付",
    "在工程招标中为他人谋取利益",
    "会议研究了本年度重点工作",
    "对项目推进情况作了说明",
    "与会人员进行了讨论",
    "按照程序报请审批",
    "相关款项已全部退缴",
    "群众反映的问题基本属实",
    "给予其党内警告处分",
    "责令作出书面检查",
    "工程款结算未按合同约定的节点支付",
];
/// Names that every system is asked for, of each length.
const ASKED: usize = 200;
const NAMES: usize = 57_000;

pub(crate) struct Corpus {
    pub(crate) texts: Vec<String>,
    /// Every name that an archive would know.
    pub(crate) names: Vec<String>,
    /// Those asked for, by length.
    pub(crate) three: Vec<String>,
    pub(crate) two: Vec<String>,
}

impl Corpus {
    pub(crate) fn of(texts: usize) -> Self {
        let mut dice = Dice(57_000);
        let (surnames, given): (Vec<char>, Vec<char>) = (SURNAMES.chars().collect(), GIVEN.chars().collect());
        let mut names: Vec<String> = (0..NAMES)
            .map(|_| {
                let length = 1 + usize::from(dice.roll(5) > 0);
                std::iter::once(surnames[dice.roll(surnames.len())])
                    .chain((0..length).map(|_| given[dice.roll(given.len())]))
                    .collect()
            })
            .collect();
        let texts = (0..texts)
            .map(|_| {
                let mut text = String::new();
                for _ in 0..10 + dice.roll(12) {
                    text.push_str(CLAUSES[dice.roll(CLAUSES.len())]);
                    if dice.roll(3) == 0 {
                        text.push_str(["，", "，由", "与", "、"][dice.roll(4)]);
                        text.push_str(&names[dice.roll(names.len())]);
                        text.push_str(["", "同志", "等人", "负责"][dice.roll(4)]);
                    }
                    text.push_str(["。", "，", "；"][dice.roll(3)]);
                }
                text
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        let of_length = |length: usize| -> Vec<String> {
            let all: Vec<&String> = names.iter().filter(|name| name.chars().count() == length).collect();
            let step = (all.len() / ASKED).max(1);
            all.into_iter().step_by(step).take(ASKED).cloned().collect()
        };
        Self { texts, three: of_length(3), two: of_length(2), names }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }

    /// The texts in which `name` stands, by looking.
    pub(crate) fn naive(&self, name: &str) -> BTreeSet<u32> {
        (0..).zip(&self.texts).filter(|(_, text)| text.contains(name)).map(|(at, _)| at).collect()
    }
}
