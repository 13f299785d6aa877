//! The console's Chinese words for codes of the contract that arrive as text: reasons of a mention, problems,
//! ways of matching. A code that is new here is shown as it came rather than dropped. Also the masks that
//! keep identity numbers off the screen.

/// Why a mention is thought to mean the person (`why` of a mention), as a person reads it.
pub fn why(code: &str) -> &str {
    match code {
        "persons" => "文本登记了此人",
        "id_number" => "文中有其身份证号",
        "unit" => "单位相符",
        "post" => "职务相符",
        "birth" => "出生年月相符",
        "title" => "标题中提到",
        "title_beside" => "旁有职务或称谓",
        "in_name_list" => "在人名列表之中",
        "signed" => "文末署名",
        "dictionary_word" => "此处读作普通词语",
        "part_of_word" => "此处是词语的一部分",
        "longer_name" => "较长姓名的一部分",
        "ambiguous_cut" => "也可能是较长姓名的一部分",
        "masked_run" => "隐去姓名的写法",
        "namesake_fits_better" => "另一同名者更相符",
        "not_in_post_then" => "当时不在该单位任职",
        "in_post_then" => "当时在该单位任职",
        "id_tail" => "证件尾号相符",
        "kin_before" => "前有亲属称谓，可能指其亲属",
        "foreign_name" => "外国人名的一部分",
        "organisation_or_place" => "机构或地名的一部分",
        "crosses_title" => "姓名与称谓连写所成",
        "crosses_words" => "前后词语连写所成",
        "after_place" => "地名之后的字",
        "part_of_name" => "其他名称的一部分",
        "part_of_place" => "地名的一部分",
        "unit_name" => "单位名称的一部分",
        "decided_is" => "经人工判定为此人",
        "decided_is_not" => "经人工判定不是此人",
        "decision_contradicted" => "人工判定与原文相矛盾，未予采用",
        decision if decision.starts_with("decision:") => "见人工判定记录",
        other => other,
    }
}

/// A problem of a row, as a person reads it, with what to do.
pub fn problem(code: &str) -> &str {
    match code {
        "id_invalid" => "身份证号不符合校验规则，请核对后重新审核",
        "id_name_mismatch" => "身份证号对应的档案姓名与所填不符，请核对姓名和证件号",
        "identity_by_name" => "仅凭姓名认定，请人工确认是否为同一人",
        "name_missing" => "没有姓名，无法审核",
        "duplicate_row" => "名单中重复出现，已分别答复",
        "coverage_incomplete" => "检索范围不完整，“未发现”不能作为结论",
        "scope_partial" => "权限只覆盖部分档案",
        "id_shared" => "多份档案登记了同一身份证号，请先核对档案",
        "birth_contradicts" => "所填出生年月与档案不一致，请人工核对",
        "birth_unreadable" => "出生年月无法识别，请写作 1971-05",
        "unit_contradicts" => "所填单位与档案不一致，请人工核对",
        "as_of_in_future" => "基准日在将来，不能作出“未发现”的结论",
        "identity_decided" => "人选已由人工确认",
        "person_deceased" => "档案登记此人已去世",
        "person_left" => "档案登记此人已离任或退休",
        "archive_conflict" => "档案数据相互矛盾，尚待裁定",
        other => other,
    }
}

/// How a text was read (`pdf/1`), as a person reads it; what is new here is shown as it came.
pub fn extractor(stamp: &str) -> String {
    stamp.split('+').map(one_extractor).collect::<Vec<_>>().join("；")
}

fn one_extractor(stamp: &str) -> String {
    let (by, version) = stamp.split_once('/').unwrap_or((stamp, ""));
    let by = match by {
        "given" => return "随数据给出".to_owned(),
        "hand" => return "人工录入".to_owned(),
        "ocr" => return format!("图像识别（{version}），请核对原件"),
        "txt" => "纯文本",
        "md" => "Markdown 文本",
        "html" => "网页（HTML）",
        "docx" => "Word 文档（DOCX）",
        "doc" => "Word 文档（DOC）",
        "rtf" => "RTF 文档",
        "ofd" => "OFD 文档",
        "sheets" => "工作簿",
        "pdf" => "PDF 文字层",
        _ => return stamp.to_owned(),
    };
    if version.is_empty() { by.to_owned() } else { format!("{by}，读取程序第 {version} 版") }
}

/// An identity number as it may stand on a screen: `4301**********002X`. Anything shorter than the two ends
/// is masked as a whole, so that a short foreign paper is not shown by accident.
pub fn masked_id(number: &str) -> String {
    let characters: Vec<char> = number.trim().chars().collect();
    if characters.len() < 12 {
        return "*".repeat(characters.len());
    }
    let hidden = characters.len() - 8;
    let head: String = characters[..4].iter().collect();
    let tail: String = characters[characters.len() - 4..].iter().collect();
    format!("{head}{}{tail}", "*".repeat(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stable_problem_code_has_chinese_words() {
        let codes = [
            "id_invalid",
            "id_name_mismatch",
            "identity_by_name",
            "name_missing",
            "duplicate_row",
            "coverage_incomplete",
            "scope_partial",
            "unit_contradicts",
            "id_shared",
            "birth_contradicts",
            "birth_unreadable",
        ];
        for code in codes {
            assert!(!problem(code).is_ascii(), "{code} has no words");
        }
    }

    #[test]
    fn every_reason_of_a_mention_has_chinese_words() {
        let codes = [
            "persons",
            "id_number",
            "unit",
            "birth",
            "title",
            "title_beside",
            "in_name_list",
            "signed",
            "dictionary_word",
            "part_of_word",
            "longer_name",
            "masked_run",
            "namesake_fits_better",
            "not_in_post_then",
            "id_tail",
            "kin_before",
            "foreign_name",
            "organisation_or_place",
            "crosses_title",
            "crosses_words",
            "after_place",
            "part_of_name",
            "part_of_place",
            "unit_name",
            "decided_is",
            "decided_is_not",
            "decision_contradicted",
            "decision:12",
        ];
        for code in codes {
            assert!(!why(code).is_ascii(), "{code} has no words");
        }
    }

    #[test]
    fn an_unknown_code_is_shown_rather_than_dropped() {
        assert_eq!(problem("brand_new"), "brand_new");
        assert_eq!(why("brand_new"), "brand_new");
    }

    #[test]
    fn how_a_text_was_read_is_said_in_chinese() {
        assert_eq!(extractor("given/1"), "随数据给出");
        assert_eq!(extractor("hand/txt/1"), "人工录入");
        assert_eq!(extractor("pdf/2"), "PDF 文字层，读取程序第 2 版");
        assert_eq!(extractor("new/1"), "new/1");
        assert_eq!(
            extractor("pdf/1+ocr/tesseract-5.3.0"),
            "PDF 文字层，读取程序第 1 版；图像识别（tesseract-5.3.0），请核对原件"
        );
    }

    #[test]
    fn an_identity_number_shows_only_its_two_ends() {
        let cases = [
            ("43010219710510002X", "4301**********002X"),
            ("430102710510002", "4301*******0002"),
            ("E12345678", "*********"),
            ("", ""),
        ];
        for (number, shown) in cases {
            assert_eq!(masked_id(number), shown);
        }
    }
}
