//! The kinds of case texts, and which of them speak against a person they name.

/// `kind` of a case text (contract §2). The first group is adverse: to be named there weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// 处分决定
    Decision,
    /// 通报
    Notice,
    /// 审查调查报告
    InvestigationReport,
    /// 审理报告
    TrialReport,
    /// 信访材料
    Petition,
    /// 起诉意见
    Indictment,
    /// 判决文书
    Judgment,
    /// 谈话笔录
    TalkRecord,
    /// 任免文件
    Appointment,
    /// 会议纪要
    Minutes,
    /// 新闻
    News,
    /// 工作总结
    Summary,
    /// 其他, the default
    Other,
}

impl TextKind {
    /// All kinds in the order of the contract.
    pub const ALL: &[TextKind] = &[
        TextKind::Decision,
        TextKind::Notice,
        TextKind::InvestigationReport,
        TextKind::TrialReport,
        TextKind::Petition,
        TextKind::Indictment,
        TextKind::Judgment,
        TextKind::TalkRecord,
        TextKind::Appointment,
        TextKind::Minutes,
        TextKind::News,
        TextKind::Summary,
        TextKind::Other,
    ];

    /// As the contract writes it.
    pub fn title(self) -> &'static str {
        match self {
            TextKind::Decision => "处分决定",
            TextKind::Notice => "通报",
            TextKind::InvestigationReport => "审查调查报告",
            TextKind::TrialReport => "审理报告",
            TextKind::Petition => "信访材料",
            TextKind::Indictment => "起诉意见",
            TextKind::Judgment => "判决文书",
            TextKind::TalkRecord => "谈话笔录",
            TextKind::Appointment => "任免文件",
            TextKind::Minutes => "会议纪要",
            TextKind::News => "新闻",
            TextKind::Summary => "工作总结",
            TextKind::Other => "其他",
        }
    }

    /// The kind so written.
    pub fn parse(title: &str) -> Option<TextKind> {
        TextKind::ALL.iter().copied().find(|kind| kind.title() == title)
    }

    /// Whether a text of this kind is about something held against the people it names.
    pub fn adverse(self) -> bool {
        match self {
            TextKind::Decision
            | TextKind::Notice
            | TextKind::InvestigationReport
            | TextKind::TrialReport
            | TextKind::Petition
            | TextKind::Indictment
            | TextKind::Judgment
            | TextKind::TalkRecord => true,
            TextKind::Appointment
            | TextKind::Minutes
            | TextKind::News
            | TextKind::Summary
            | TextKind::Other => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_kinds_are_adverse_and_five_neutral() {
        assert_eq!(TextKind::ALL.iter().filter(|kind| kind.adverse()).count(), 8);
        assert_eq!(TextKind::ALL.len(), 13);
        for &kind in TextKind::ALL {
            assert_eq!(TextKind::parse(kind.title()), Some(kind));
        }
    }
}
