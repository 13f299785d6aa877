//! Cases, clues, petitions, measures and inquiries: open ones without their closing day, closed ones with
//! all days.

use chrono::Days;
use dossier::Kind;

use super::{MEASURES, REASONS, SOURCES, SUMMARIES, Why, Writer, last_barred};

impl Writer<'_> {
    pub(super) fn case(&mut self, open: bool) {
        let filed = if open { self.ago(5, 170) } else { self.ago(400, 2_400) };
        let summary = *self.rng.pick(&SUMMARIES);
        let category = *self.rng.pick(&["党纪", "政务", "双立案"]);
        let mut cells = vec![
            ("filed_on", filed.to_string()),
            ("category", category.to_owned()),
            ("detention", if self.rng.chance(20) { "是" } else { "否" }.to_owned()),
            ("summary", summary.to_owned()),
        ];
        if open {
            self.push(Kind::Case, cells, vec![filed], &[Why::Open]);
            return;
        }
        let closed = self.later(filed, 60, 180);
        cells.push(("closed_on", closed.to_string()));
        cells.push(("result", "免予处分，批评教育".to_owned()));
        self.push(Kind::Case, cells, vec![filed, closed], &[]);
    }

    pub(super) fn clue(&mut self, disposal: Option<&str>, result: Option<&str>) {
        let open = result.is_none();
        let received = if open { self.ago(20, 200) } else { self.ago(300, 2_400) };
        let (source, summary) = (*self.rng.pick(&SOURCES), *self.rng.pick(&SUMMARIES));
        let mut cells = vec![
            ("received_on", received.to_string()),
            ("source", source.to_owned()),
            ("summary", summary.to_owned()),
        ];
        let mut days = vec![received];
        if let Some(disposal) = disposal {
            let disposed = self.later(received, 3, 18);
            cells.push(("disposal", disposal.to_owned()));
            cells.push(("disposed_on", disposed.to_string()));
            days.push(disposed);
        }
        if let Some(result) = result {
            let closed = self.later(received, 30, 200);
            cells.push(("closed_on", closed.to_string()));
            cells.push(("result", result.to_owned()));
            days.push(closed);
        }
        self.push(Kind::Clue, cells, days, if open { &[Why::Open] } else { &[] });
    }

    pub(super) fn petition(&mut self, open: bool) {
        let received = if open { self.ago(3, 90) } else { self.ago(200, 2_400) };
        let summary = *self.rng.pick(&SUMMARIES);
        let channel = *self.rng.pick(&["来信", "来访", "来电", "网络"]);
        let status =
            *self.rng.pick(if open { &["未办", "办理中"] } else { &["已了结失实", "澄清"] });
        let real_name = self.rng.chance(45);
        let number = self.rng.between(100, 999);
        let mut cells = vec![
            ("received_on", received.to_string()),
            ("channel", channel.to_owned()),
            ("matter", format!("SX{}{number}", received.format("%Y%m"))),
            ("real_name", if real_name { "是" } else { "否" }.to_owned()),
            ("checkable", if self.rng.chance(60) { "是" } else { "否" }.to_owned()),
            ("status", status.to_owned()),
            ("summary", summary.to_owned()),
        ];
        if real_name {
            let phone = self.rng.between(10_000_000, 99_999_999);
            cells.push(("reporter", format!("实名举报人{number}")));
            cells.push(("reporter_contact", format!("199{phone}")));
        }
        self.push(Kind::Petition, cells, vec![received], if open { &[Why::Open] } else { &[] });
    }

    pub(super) fn measure(&mut self, running: bool) {
        let (kind, months) = if running { *self.rng.pick(&MEASURES) } else { ("批评教育", 0) };
        let effective = if running { self.running_since(months) } else { self.ago(800, 2_400) };
        let kind = if !running && self.rng.chance(50) { "诫勉" } else { kind };
        let reason = *self.rng.pick(&REASONS);
        let cells = vec![
            ("type", kind.to_owned()),
            ("effective_on", effective.to_string()),
            ("document_no", format!("组处〔{}〕{}号", effective.format("%Y"), self.person % 90 + 1)),
            ("reason", reason.to_owned()),
        ];
        self.push(
            Kind::OrganizationalMeasure,
            cells,
            vec![effective],
            if running { &[Why::Influence] } else { &[] },
        );
        if running {
            self.until(last_barred(effective, months));
        }
    }

    pub(super) fn inquiry(&mut self, open: bool) {
        let sent = if open { self.ago(3, 40) } else { self.ago(200, 2_000) };
        // a letter is answered within 15 working days, which 14 days never hold
        let letter = !open || sent > self.as_of - Days::new(14);
        let method = *self.rng.pick(if letter { &["谈话", "函询"] } else { &["谈话", "谈话"] });
        let mut cells = vec![("method", method.to_owned()), ("sent_on", sent.to_string())];
        if open {
            self.push(Kind::Inquiry, cells, vec![sent], &[Why::Open]);
            return;
        }
        let (replied, reported) = (self.later(sent, 5, 20), self.later(sent, 21, 50));
        cells.push(("replied_on", replied.to_string()));
        cells.push(("reported_on", reported.to_string()));
        cells.push(("conclusion", "本人说明清楚，予以采信".to_owned()));
        self.push(Kind::Inquiry, cells, vec![sent, replied, reported], &[]);
    }
}
