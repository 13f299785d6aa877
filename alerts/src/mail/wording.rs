//! What the mails say, in Chinese, as text and as HTML. Subject and bodies are made from the same six
//! fields; there is no preheader, no image and no other address than the link.

use std::fmt::Write as _;

use archive::Sheet;
use dossier::reminder::{MailKind, Notice};

const TWICE: &str = "如收到编号相同的重复邮件，以一次为准。";
const AUTOMATIC: &str = "本邮件由系统自动发送，请勿回复；打开链接不代表签收，签收和反馈须登录系统办理。";

/// The subject: which kind of thing, and its number where there is only one.
pub(super) fn subject(sheet: &Sheet<'_>) -> String {
    let title = title(sheet.kind);
    match sheet.notices {
        [one] if one.reference.is_empty() => format!("【清鉴】{title}"),
        [one] => format!("【清鉴】{title} {}", one.reference),
        several => format!("【清鉴】{title} {} 项", several.len()),
    }
}

fn title(kind: MailKind) -> &'static str {
    match kind {
        MailKind::M1 => "事项交办",
        MailKind::M2 => "签收情况",
        MailKind::M3 => "拒收待定",
        MailKind::M4 => "维持交办",
        MailKind::M5 => "办理提示",
        MailKind::M6 => "反馈待审核",
        MailKind::M7 => "反馈退回",
        MailKind::M8 => "事项办结",
        MailKind::M9 => "事项撤销或转办",
        MailKind::M10 => "延期申请",
        MailKind::M11 => "延期决定",
        MailKind::M12 => "督办提示",
        MailKind::M13 => "时限调整",
        MailKind::M14 => "情形变化",
        MailKind::M15 => "豁免到期提示",
        MailKind::M16 => "系统运行告警",
        MailKind::M17 => "档案维护催办",
        MailKind::Canary => "每日投递自检",
    }
}

/// A day as it may be printed: one that rests on a calendar without a notice is not firm.
fn due(notice: &Notice) -> String {
    match notice.due {
        None => "—".to_owned(),
        Some((day, true)) => day.format("%Y年%-m月%-d日").to_string(),
        Some((day, false)) => format!("{}（暂定，以系统为准）", day.format("%Y年%-m月%-d日")),
    }
}

fn link(notice: &Notice, base: Option<&str>) -> Option<String> {
    base.filter(|_| !notice.token.is_empty()).map(|base| format!("{base}/r/{}", notice.token))
}

/// The plain text.
pub(super) fn text(sheet: &Sheet<'_>, base: Option<&str>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    if let Some(first) = sheet.notices.first().filter(|notice| !notice.office.is_empty()) {
        let _ = writeln!(text, "监督单位：{}\n", first.office);
    }
    for notice in sheet.notices {
        if !notice.reference.is_empty() {
            let _ = writeln!(text, "编号：{}", notice.reference);
        }
        let _ = writeln!(text, "事项：{}", notice.action.title());
        if notice.due.is_some() {
            let _ = writeln!(text, "期限：{}", due(notice));
        }
        if notice.times_reminded > 0 {
            let _ = writeln!(text, "已催办：{} 次", notice.times_reminded);
        }
        if let Some(link) = link(notice, base) {
            let _ = writeln!(text, "链接：{link}");
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{TWICE}\n{AUTOMATIC}");
    text
}

/// The same as a page.
pub(super) fn html(sheet: &Sheet<'_>, base: Option<&str>) -> String {
    let mut html = String::from(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"referrer\" \
         content=\"no-referrer\"></head><body style=\"font:15px/1.7 sans-serif;color:#222\">",
    );
    if let Some(first) = sheet.notices.first().filter(|notice| !notice.office.is_empty()) {
        let _ = write!(html, "<p>监督单位：{}</p>", escaped(&first.office));
    }
    html.push_str(
        "<table cellpadding=\"6\" style=\"border-collapse:collapse\" border=\"1\"><tr><th>编号</th><th>事项</th>\
         <th>期限</th><th>已催办</th></tr>",
    );
    for notice in sheet.notices {
        let number = escaped(&notice.reference);
        let number = match link(notice, base) {
            Some(link) => format!("<a rel=\"noreferrer\" href=\"{}\">{number}</a>", escaped(&link)),
            None => number,
        };
        let _ = write!(
            html,
            "<tr><td>{number}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            notice.action.title(),
            due(notice),
            notice.times_reminded
        );
    }
    let _ = write!(html, "</table><p>{TWICE}</p><p>{AUTOMATIC}</p></body></html>");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
