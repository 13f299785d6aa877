//! The parts of a DOCX that are the same in each: page, styles, fonts, settings, page numbers.
//!
//! Measures of GB/T 9704-2012 in twentieths of a point: 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm, so 26 mm to
//! the right and 35 mm below; 22 lines of 28 characters of 三号 (16 pt). The line is exactly 28.95 pt high
//! (22 of 28.99 pt would be a hair more than the page holds), and characters stand 0.25 pt closer, so that
//! 28 of them fill the line and a 29th does not fit. Exact numbers instead of a document grid: Word, WPS and
//! `LibreOffice` read grids differently.

/// Width of the text in twips: 156 mm.
pub(super) const TEXT_WIDTH: u32 = 8844;

/// Names of fonts: what the standard asks for; [`FONT_TABLE`] says what may stand in for each.
pub(super) const SONG_TITLE: &str = "方正小标宋简体";
pub(super) const FANG_SONG: &str = "仿宋_GB2312";
pub(super) const HEI: &str = "黑体";
pub(super) const KAI: &str = "楷体_GB2312";
const SONG: &str = "宋体";

pub(super) const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"#;

pub(super) const ROOT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

pub(super) const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable" Target="fontTable.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/></Relationships>"#;

/// The namespaces of every part under `word/`.
pub(super) const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;

/// The last element of the body: the page.
pub(super) const SECTION: &str = r#"<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1247" w:gutter="0"/></w:sectPr>"#;

/// Odd and even pages bear their number outside; the setting switches that on.
pub(super) fn settings() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>"#
    )
}

/// The fonts of the standard are commercial and never embedded; each has free stand-ins.
pub(super) fn font_table() -> String {
    let font = |name: &str, stand_ins: &str, family: &str| {
        format!(
            r#"<w:font w:name="{name}"><w:altName w:val="{stand_ins}"/><w:charset w:val="86"/><w:family w:val="{family}"/><w:pitch w:val="auto"/></w:font>"#
        )
    };
    let fonts = [
        font(FANG_SONG, "仿宋,FangSong,Noto Serif CJK SC", "modern"),
        font(SONG_TITLE, "小标宋,宋体,SimSun,Noto Serif CJK SC", "roman"),
        font(HEI, "SimHei,Noto Sans CJK SC", "modern"),
        font(KAI, "楷体,KaiTi,Noto Serif CJK SC", "modern"),
        font(SONG, "SimSun,Noto Serif CJK SC", "roman"),
    ];
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts {NAMESPACES}>{}</w:fonts>"#,
        fonts.concat()
    )
}

fn fonts(name: &str) -> String {
    format!(r#"<w:rFonts w:ascii="{name}" w:eastAsia="{name}" w:hAnsi="{name}" w:cs="{name}"/>"#)
}

/// The page number, 四号, between dashes: right on odd pages, left on even ones.
pub(super) fn footer(even: bool) -> String {
    let (side, indent) = if even { ("left", r#"w:left="320""#) } else { ("right", r#"w:right="320""#) };
    let run = |content: &str| {
        format!(
            r#"<w:r><w:rPr>{}<w:spacing w:val="0"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>{content}</w:r>"#,
            fonts(SONG)
        )
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr {NAMESPACES}><w:p><w:pPr><w:spacing w:line="400" w:lineRule="exact"/><w:ind {indent}/><w:jc w:val="{side}"/></w:pPr>{}{}{}{}{}</w:p></w:ftr>"#,
        run(r#"<w:t xml:space="preserve">— </w:t>"#),
        run(r#"<w:fldChar w:fldCharType="begin"/>"#),
        run(r#"<w:instrText xml:space="preserve"> PAGE </w:instrText>"#),
        run(r#"<w:fldChar w:fldCharType="end"/>"#),
        run(r#"<w:t xml:space="preserve"> —</w:t>"#),
    )
}

/// A paragraph style: its id, font, size in half points, paragraph properties, run properties.
fn style(id: &str, font: &str, half_points: u32, paragraph: &str, run: &str) -> String {
    format!(
        r#"<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{id}"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{}{run}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr></w:style>"#,
        fonts(font)
    )
}

/// Two characters: the indent of a paragraph.
const INDENT: &str = r#"<w:ind w:firstLineChars="200" w:firstLine="630"/>"#;

pub(super) fn styles() -> String {
    let exact = |twips: u32| format!(r#"<w:spacing w:line="{twips}" w:lineRule="exact"/>"#);
    let keep = "<w:keepNext/>";
    let small = r#"<w:spacing w:val="0"/>"#;
    let styles = [
        style(
            "Letterhead",
            SONG_TITLE,
            72,
            &format!(r#"{}<w:jc w:val="center"/>"#, exact(1400)),
            r#"<w:color w:val="FF0000"/><w:spacing w:val="0"/>"#,
        ),
        style(
            "Number",
            FANG_SONG,
            32,
            &format!(
                r#"<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="FF0000"/></w:pBdr><w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>{}"#,
                exact(579)
            ),
            "",
        ),
        style(
            "Title",
            SONG_TITLE,
            44,
            &format!(
                r#"{keep}<w:spacing w:before="579" w:after="579" w:line="700" w:lineRule="exact"/><w:jc w:val="center"/>"#
            ),
            small,
        ),
        style("Salutation", FANG_SONG, 32, keep, ""),
        style("Heading", HEI, 32, &format!("{keep}{INDENT}"), ""),
        style("Subheading", KAI, 32, &format!("{keep}{INDENT}"), ""),
        style("Body", FANG_SONG, 32, INDENT, ""),
        style(
            "Note",
            FANG_SONG,
            28,
            &format!(r#"{}<w:ind w:firstLineChars="200" w:firstLine="560"/>"#, exact(480)),
            small,
        ),
        style(
            "Cell",
            FANG_SONG,
            24,
            r#"<w:spacing w:line="360" w:lineRule="exact"/><w:jc w:val="left"/>"#,
            small,
        ),
        style("Label", HEI, 24, r#"<w:spacing w:line="360" w:lineRule="exact"/><w:jc w:val="left"/>"#, small),
        style(
            "Signature",
            FANG_SONG,
            32,
            r#"<w:keepNext/><w:keepLines/><w:ind w:right="640"/><w:jc w:val="right"/>"#,
            "",
        ),
        style(
            "Imprint",
            FANG_SONG,
            28,
            &format!(
                r#"<w:keepLines/><w:pBdr><w:top w:val="single" w:sz="8" w:space="1" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:space="1" w:color="000000"/></w:pBdr>{}<w:ind w:left="280" w:right="280"/>"#,
                exact(480)
            ),
            small,
        ),
    ];
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/><w:spacing w:line="579" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr><w:rPr><w:spacing w:val="-5"/><w:kern w:val="0"/></w:rPr></w:style>{}</w:styles>"#,
        fonts(FANG_SONG),
        styles.concat()
    )
}
