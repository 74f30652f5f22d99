//! A report whose texts do their worst.

use group_inspection_core::report::Report;

use super::report;

/// Texts that would do harm if any rendering took them for markup.
pub const HOSTILE: [&str; 9] = [
    "#panic(\"no\") #{ 1/0 } [x] $ x^2 $ *b* _i_ @ref <label> `raw` \\ // /* */",
    "<script>alert('x')</script> & \"quotes\" ]]> &amp; <!-- -->",
    "Emoji 🏫👩🏽‍🏫 and flags 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "שלום עולם and مرحبا بالعالم and \u{202E}reversed\u{202C}",
    "漢字 ไทย देवनागरी ᚠᚢᚦ",
    "control \u{0}\u{1}\u{8}\u{b}\u{1b}\u{7f}\u{85} end \u{feff}\u{fffe}\u{ffff}",
    "private \u{e000}\u{f8ff}\u{10fffd} joined e\u{301}\u{327}\u{20dd} soft\u{ad}hyphen",
    "line\none\r\ntwo\u{2028}three\ttab\u{a0}nbsp ----- ===== = Heading\n== Sub\n- item",
    "averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongunbrokenword",
];

/// The report with every free text replaced by hostile ones.
pub fn hostile() -> Report {
    fn replace(value: &mut serde_json::Value, next: &mut usize, name: &str) {
        use serde_json::Value;
        const FREE: [&str; 24] = [
            "text",
            "group_name",
            "reference",
            "basis",
            "value",
            "name",
            "role_",
            "employer_type",
            "label",
            "heading",
            "how_found",
            "description",
            "owner",
            "title",
            "file_name",
            "source_",
            "paragraphs",
            "phase",
            "establishment_type",
            "local_authority",
            "concern",
            "text_outcome",
            "arrangement",
            "measure",
        ];
        match value {
            Value::String(text) if FREE.contains(&name) => {
                *text = HOSTILE[*next % HOSTILE.len()].to_owned();
                *next += 1;
            }
            Value::Array(items) => items.iter_mut().for_each(|item| replace(item, next, name)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    replace(field, next, name);
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(report()).unwrap();
    replace(&mut value, &mut 0, "");
    let mut report: Report = serde_json::from_value(value).unwrap();
    report.front.group_name = HOSTILE.join(" ");
    report.evidence[0].source = HOSTILE[1].to_owned();
    // References to nothing, identifiers that are no good anchors, doubles.
    report.summary[0]
        .evidence
        .push("E999 \"><script>".to_owned());
    report.summary[0].id = "a b\"><#label".to_owned();
    let double = report.evidence[0].clone();
    report.evidence.push(double);
    let double = report.schools[0].clone();
    report.schools.push(double);
    report
}
