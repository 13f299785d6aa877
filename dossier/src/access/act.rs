//! What somebody asks to do with a dossier or an answer that he may not do by himself (调阅审批): read it, print
//! it, take it out of the system as a file.

/// One of the things that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessAct {
    /// Read beyond one's scope.
    Read,
    /// Print.
    Print,
    /// Take out as a file.
    Export,
}

impl AccessAct {
    /// All of them.
    pub const ALL: [AccessAct; 3] = [AccessAct::Read, AccessAct::Print, AccessAct::Export];

    /// The name in the archive and in the audit log.
    pub fn slug(self) -> &'static str {
        match self {
            AccessAct::Read => "read",
            AccessAct::Print => "print",
            AccessAct::Export => "export",
        }
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            AccessAct::Read => "查看",
            AccessAct::Print => "打印",
            AccessAct::Export => "导出",
        }
    }

    /// The act with this slug.
    pub fn parse(slug: &str) -> Option<AccessAct> {
        AccessAct::ALL.into_iter().find(|act| act.slug() == slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_read_back() {
        for act in AccessAct::ALL {
            assert_eq!(AccessAct::parse(act.slug()), Some(act));
        }
        assert_eq!(AccessAct::parse("copy"), None);
    }
}
