//! The audit log in Chinese: what was done, to what, with what beside it. The log itself keeps the program's own words
//! (`dossier.read`): they are hashed, searched and exported as they are.

use serde_json::Value;

/// What an act is about: the part before the dot.
const NOUNS: &[(&str, &str)] = &[
    ("sign_in", "登录"),
    ("session", "登录会话"),
    ("dossier", "人员档案"),
    ("record", "档案记录"),
    ("unit", "单位画像"),
    ("text", "案件文本"),
    ("mention", "文本提及判定"),
    ("mentions", "文本提及"),
    ("search", "检索"),
    ("clearance", "一键审核"),
    ("clearance_act", "意见回复"),
    ("consultation", "征求意见"),
    ("identity", "人选认定"),
    ("attachment", "附件"),
    ("paper", "附件文字"),
    ("papers", "附件文字"),
    ("duties", "维护职责"),
    ("reminder", "监督提醒"),
    ("mail", "邮件"),
    ("outbox", "发件箱"),
    ("operator", "运行告警"),
    ("calendar", "节假日日历"),
    ("rules", "预警规则"),
    ("exemption", "豁免"),
    ("gap", "数据缺口"),
    ("sweep", "排查"),
    ("change", "档案变更"),
    ("catalogue", "档案目录"),
    ("declared", "申报核查"),
    ("roster", "单位名册"),
    ("cadence", "来源周期"),
    ("source", "来源单位"),
    ("upkeep", "档案维护"),
    ("import", "数据导入"),
    ("file", "未读文件"),
    ("conflict", "数据冲突"),
    ("conflicts", "数据冲突"),
    ("access", "调阅审批"),
    ("account", "账号"),
    ("actor", "操作者"),
    ("token", "程序令牌"),
    ("audit", "审计日志"),
    ("key", "密钥"),
    ("names", "姓名索引"),
    ("backup", "备份"),
    ("system", "系统状态"),
    ("export", "全库导出"),
];

/// What is done: the part behind the dot.
const VERBS: &[(&str, &str)] = &[
    ("read", "查看"),
    ("list", "查看列表"),
    ("held", "查看暂存"),
    ("board", "查看看板"),
    ("board_file", "导出看板"),
    ("notices", "查看失效提示"),
    ("compare", "前后比对"),
    ("print", "打印"),
    ("download", "下载"),
    ("export", "导出"),
    ("template", "下载模板"),
    ("verify", "核验"),
    ("create", "新建"),
    ("add", "新增"),
    ("begin", "开始"),
    ("upload", "上传"),
    ("confirm", "确认"),
    ("unconfirmed", "待确认"),
    ("finish", "完成"),
    ("end", "结束"),
    ("interrupted", "中断"),
    ("undo", "撤销"),
    ("run", "运行"),
    ("fail", "失败"),
    ("purpose", "写明事由"),
    ("refused", "被拒"),
    ("unknown", "账号不存在"),
    ("disable", "停用"),
    ("enable", "启用"),
    ("password", "更改口令"),
    ("reset", "重置口令"),
    ("roles", "授予角色"),
    ("scope", "设定范围"),
    ("second_factor", "设定第二因素"),
    ("ask", "申请"),
    ("decide", "决定"),
    ("use", "使用批准"),
    ("return", "交回"),
    ("revoke", "收回"),
    ("withdraw", "撤回"),
    ("propose", "提请"),
    ("propose_batch", "提请整批"),
    ("approve", "批准"),
    ("reject", "不批准"),
    ("grant", "批准"),
    ("refuse", "不同意"),
    ("lift", "提前终止"),
    ("preview", "试算影响"),
    ("hold", "保持决定"),
    ("settle", "处理"),
    ("found", "发现"),
    ("set", "登记"),
    ("set_aside", "搁置"),
    ("again", "重新读取"),
    ("office", "设定责任单位"),
    ("nudge", "催办"),
    ("remind", "自动催办"),
    ("start", "开始"),
    ("close", "关闭"),
    ("cancel", "取消"),
    ("accept", "接受"),
    ("send", "发送"),
    ("mark", "标记"),
    ("show", "查看"),
    ("open", "打开"),
    ("change", "更改"),
    ("remove", "移除"),
    ("answer", "答复催办"),
    ("conclude", "得出结论"),
    ("notice", "提示"),
    ("see_notices", "确认失效提示"),
    ("rename", "改名"),
    ("delete", "删除"),
    ("save", "保存"),
    ("run_saved", "运行已存"),
    ("retire", "移出到期部分"),
    ("rotate", "开始更换"),
    ("rotated", "更换完成"),
    ("events", "重封事件"),
    ("rekey", "重建"),
    ("recount", "重算"),
    ("recounted", "重算完成"),
    ("canary", "投递自检"),
    ("recover", "恢复投递"),
    ("release", "放行"),
    ("report", "登记回执"),
    ("warn", "告警"),
    ("raise", "规则命中"),
    ("tick", "到时处理"),
    ("limits", "调整时限"),
    ("cleared", "情形消除"),
    ("audit", "自检"),
    ("readdress", "更新收件人"),
    ("write", "完成"),
    ("write_failed", "失败"),
    ("restore", "恢复"),
];

/// The names of what stands beside an entry.
const KEYS: &[(&str, &str)] = &[
    ("address", "地址"),
    ("purpose", "事由"),
    ("token", "令牌"),
    ("records", "记录"),
    ("persons", "人员"),
    ("people", "人员"),
    ("units", "单位"),
    ("kinds", "内容种类"),
    ("clearances", "审核"),
    ("found", "找到"),
    ("shown", "显示"),
    ("hits", "命中"),
    ("names", "姓名"),
    ("rows", "行"),
    ("mentions", "提及"),
    ("facts", "事项"),
    ("files", "文件"),
    ("file", "文件"),
    ("bytes", "字节"),
    ("entries", "条目"),
    ("after", "此条之后"),
    ("needs", "所需权限"),
    ("act", "方式"),
    ("acts", "方式"),
    ("approval", "批准号"),
    ("state", "状态"),
    ("how", "去向"),
    ("uses", "次数"),
    ("form", "格式"),
    ("reminders", "提醒"),
    ("versions", "版本"),
    ("version", "版本"),
    ("roles", "角色"),
    ("role", "角色"),
    ("scope", "范围"),
    ("office", "监督单位"),
    ("category", "类别"),
    ("locked", "已锁定"),
    ("wrong", "连续错误"),
    ("second_factor", "第二因素"),
    ("mode", "方式"),
    ("new", "新增"),
    ("changed", "修改"),
    ("retired", "撤下"),
    ("rejected", "拒收行"),
    ("restored", "恢复"),
    ("skipped", "跳过"),
    ("check", "只核对"),
    ("conflicts", "冲突"),
    ("from", "自"),
    ("to", "至"),
    ("until", "至"),
    ("as_of", "截至"),
    ("as_at", "截至"),
    ("step", "步骤"),
    ("steps", "步骤"),
    ("mails", "邮件"),
    ("notices", "提示"),
    ("text", "文本"),
    ("person", "人员"),
    ("unit", "单位"),
    ("record", "记录"),
    ("verdict", "结论"),
    ("decision", "决定"),
    ("reason", "理由"),
    ("proof", "答案校验值"),
    ("head", "链首"),
    ("sha256", "校验值"),
    ("offices", "监督单位"),
    ("dossiers", "档案"),
    ("sources", "来源"),
    ("batches", "批次"),
    ("changes", "变更"),
    ("notice", "通知"),
    ("held", "暂存"),
    ("fired", "到时"),
    ("brand_new", "新生成"),
    ("result", "结果"),
    ("status", "状态"),
    ("done", "已完成"),
    ("total", "共"),
    ("limits", "时限"),
    ("suggested", "形近音近"),
    ("code", "代码"),
    ("kind", "种类"),
    ("account", "账号"),
    ("note", "说明"),
    ("due", "期限"),
    ("request", "申请"),
    ("import", "导入"),
    ("source", "来源"),
    ("tables", "表"),
    ("texts", "文本"),
    ("issued", "下发"),
];

/// What stands in the place of a subject where an act is about a room as a whole: the act names it already.
const ROOMS: &[&str] = &[
    "reminders",
    "board",
    "consultations",
    "notices",
    "acts",
    "rules",
    "batches",
    "papers",
    "outbox",
    "exemptions",
    "duties",
    "gaps",
    "declared",
    "catalogue",
    "sources",
    "system",
    "units",
    "api",
    "open",
    "approved",
    "rejected",
    "withdrawn",
    "all",
    "red",
    "reminder_event",
    "places/1",
];

/// Values that are the program's own words.
const VALUES: &[(&str, &str)] = &[
    ("read", "查看"),
    ("print", "打印"),
    ("export", "导出"),
    ("approval", "调阅批准"),
    ("granted", "已同意"),
    ("refused", "不同意"),
    ("returned", "交回"),
    ("destroyed", "销毁"),
    ("filed", "归卷"),
    ("done", "完成"),
    ("failed", "失败"),
    ("cancelled", "取消"),
    ("add", "追加"),
    ("replace", "整体替换"),
    ("true", "是"),
    ("false", "否"),
    ("null", "无"),
];

fn of(table: &[(&'static str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(own, _)| *own == word).map(|(_, chinese)| *chinese)
}

/// An act in Chinese; an act that nobody has a word for is shown as it is.
pub fn action(act: &str) -> String {
    match (act, act.split_once('.')) {
        ("refused", _) => "访问被拒".to_owned(),
        (_, None) => of(NOUNS, act).unwrap_or(act).to_owned(),
        (_, Some((noun, verb))) => {
            let Some(about) = of(NOUNS, noun) else { return act.to_owned() };
            let done = of(VERBS, verb).or_else(|| event(noun, verb));
            done.map_or_else(|| act.to_owned(), |done| format!("{about}：{done}"))
        }
    }
}

/// Steps of a reminder and of the act around a clearance have their own tables.
fn event(noun: &str, verb: &str) -> Option<&'static str> {
    match noun {
        "reminder" => dossier::reminder::Event::parse(verb).map(dossier::reminder::Event::title),
        "clearance_act" => {
            dossier::clearance_act::ActEvent::parse(verb).map(dossier::clearance_act::ActEvent::title)
        }
        _ => None,
    }
}

/// What an entry is about: the number or key of it, with what it is where the log says that. Empty where the act has
/// said it already.
pub fn subject(subject: &str) -> String {
    if ROOMS.contains(&subject) {
        return String::new();
    }
    let Some((of_what, key)) = subject.split_once(':') else { return subject.to_owned() };
    let what = match of_what {
        "rules" => match dossier::Category::parse(key) {
            Some(category) => return category.title().to_owned(),
            None => Some("规则第"),
        },
        "mail" => Some("邮件"),
        "sweep" => Some("排查"),
        kind => dossier::Kind::parse(kind).map(dossier::Kind::title),
    };
    match what {
        Some("规则第") => format!("规则第 {key} 版"),
        Some(what) => format!("{what} {key}"),
        None => subject.to_owned(),
    }
}

/// What stands beside an entry, in words.
pub fn detail(detail: &Value) -> String {
    let Value::Object(fields) = detail else { return plain(detail) };
    let told = fields.iter().filter(|(_, value)| !value.is_null());
    let told = told.map(|(key, value)| format!("{} {}", of(KEYS, key).unwrap_or(key), plain(value)));
    told.collect::<Vec<_>>().join("，")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => right(text),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join("、"),
        Value::Object(_) => value.to_string(),
        other => {
            let text = other.to_string();
            of(VALUES, &text).map_or(text, str::to_owned)
        }
    }
}

/// A right, a role or another of the program's words.
fn right(text: &str) -> String {
    if let Some(word) = of(VALUES, text) {
        return word.to_owned();
    }
    let action = dossier::access::Action::parse(text).map(|action| action.title().to_owned());
    action
        .or_else(|| dossier::Role::parse(text).map(|role| role.title().to_owned()))
        .unwrap_or_else(|| text.to_owned())
}

/// What the page lets one choose from: the beginning of the acts, and their name.
pub fn choices() -> Vec<(&'static str, &'static str)> {
    let listed = ["conflicts", "papers", "mentions", "actor", "names", "cadence"];
    let mut choices = vec![("refused", "访问被拒")];
    choices.extend(NOUNS.iter().filter(|(own, _)| !listed.contains(own)).copied());
    choices
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use serde_json::json;

    use super::*;

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("tests") {
                    sources(&path, found);
                }
            } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
                found.push(path);
            }
        }
    }

    /// Every `noun.verb` that is written to the log anywhere in the program.
    fn written() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for room in ["archive/src", "search-api/src", "clearance/src", "alerts/src", "src"] {
            sources(&root.join(room), &mut files);
        }
        let mut found = BTreeSet::new();
        for file in files {
            let source = std::fs::read_to_string(file).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap();
            for call in source.split("audit(").skip(1) {
                let head: String = call.chars().take(160).take_while(|c| *c != ';').collect();
                let words = head.split('"').skip(1).step_by(2);
                let is_act = |word: &&str| {
                    word.contains('.')
                        && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'.')
                };
                found.extend(words.filter(is_act).take(1).map(str::to_owned));
            }
        }
        found
    }

    #[test]
    fn every_act_that_is_written_down_has_its_words() {
        let written = written();
        assert!(written.len() > 80, "the sources are read: {written:?}");
        let bare: Vec<_> = written.iter().filter(|act| action(act).is_ascii()).collect();
        assert!(bare.is_empty(), "no words for {bare:?}");
        for event in dossier::reminder::Event::ALL {
            assert!(!action(&format!("reminder.{event}")).is_ascii());
        }
        for event in dossier::clearance_act::ActEvent::ALL {
            assert!(!action(&format!("clearance_act.{event}")).is_ascii());
        }
    }

    #[test]
    fn acts_and_what_stands_beside_them_are_told_in_words() {
        for (act, told) in [
            ("sign_in", "登录"),
            ("sign_in.refused", "登录：被拒"),
            ("dossier.read", "人员档案：查看"),
            ("refused", "访问被拒"),
            ("reminder.respond", "监督提醒：反馈"),
            ("clearance_act.sign", "意见回复：签发"),
            ("nobody.knows", "nobody.knows"),
        ] {
            assert_eq!(action(act), told);
        }
        for (about, told) in [
            ("P0003", "P0003"),
            ("person:P0003", "人员 P0003"),
            ("rules:12", "规则第 12 版"),
            ("rules:exit_document", dossier::Category::ExitDocument.title()),
            ("mail:7", "邮件 7"),
            ("outbox", ""),
            ("nobody:knows", "nobody:knows"),
        ] {
            assert_eq!(subject(about), told);
        }
        for (beside, told) in [
            (json!({}), ""),
            (json!({"records": 12, "purpose": "线索研判"}), "事由 线索研判，记录 12"),
            (json!({"act": "print", "approval": 3}), "方式 打印，批准号 3"),
            (json!({"needs": "read_audit"}), "所需权限 查阅审计日志"),
            (json!({"locked": true, "office": null}), "已锁定 是"),
        ] {
            assert_eq!(detail(&beside), told);
        }
    }
}
