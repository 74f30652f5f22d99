//! The PDF is what it claims to be, as far as its structure shows.
#![cfg(feature = "pdf")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod support;

use group_inspection_core::report::Report;
use group_inspection_render::{json::report_json, pdf::report_pdf, render_all};
use lopdf::{Dictionary, Document, Object};

fn make(report: &Report) -> Vec<u8> {
    let json = report_json(report).unwrap();
    report_pdf(report, &support::facts(), &json).unwrap()
}

fn dictionary<'a>(pdf: &'a Document, owner: &'a Dictionary, key: &[u8]) -> &'a Dictionary {
    let value = owner.get(key).unwrap();
    pdf.dereference(value).unwrap().1.as_dict().unwrap()
}

fn elements<'a>(pdf: &'a Document, kind: &'a [u8]) -> impl Iterator<Item = &'a Dictionary> {
    pdf.objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(move |item| {
            item.get(b"S")
                .and_then(Object::as_name)
                .is_ok_and(|name| name == kind)
        })
}

#[test]
fn it_is_tagged_archival_and_carries_its_data() {
    let report = support::report();
    let bytes = make(&report);
    let pdf = Document::load_mem(&bytes).unwrap();
    let catalog = pdf.catalog().unwrap();

    let marked = dictionary(&pdf, catalog, b"MarkInfo");
    assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"en-GB");
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"OutputIntents"));
    assert!(catalog.has(b"Outlines"));
    let view = dictionary(&pdf, catalog, b"ViewerPreferences");
    assert!(view.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());

    let metadata = catalog.get(b"Metadata").unwrap();
    let metadata = pdf.dereference(metadata).unwrap().1.as_stream().unwrap();
    let xmp = String::from_utf8(
        metadata
            .decompressed_content()
            .unwrap_or_else(|_| metadata.content.clone()),
    )
    .unwrap();
    for claim in ["pdfuaid:part", "pdfaid:part", "pdfaid:conformance"] {
        assert!(xmp.contains(claim), "{claim}");
    }
    let value = |name: &str| {
        let rest = xmp.split_once(&format!("<{name}>")).unwrap().1;
        rest.split('<').next().unwrap().to_owned()
    };
    assert_eq!(value("pdfuaid:part"), "1");
    assert_eq!(value("pdfaid:part"), "3");
    assert_eq!(value("pdfaid:conformance"), "A");

    let file = pdf
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .find(|stream| {
            stream
                .dict
                .get(b"Type")
                .and_then(Object::as_name)
                .is_ok_and(|name| name == b"EmbeddedFile")
        })
        .unwrap();
    assert_eq!(
        file.decompressed_content().unwrap(),
        report_json(&report).unwrap()
    );
    assert!(
        pdf.objects
            .values()
            .filter_map(|object| object.as_dict().ok())
            .any(|item| item
                .get(b"AFRelationship")
                .and_then(Object::as_name)
                .is_ok_and(|name| name == b"Data"))
    );
}

#[test]
fn headings_tables_and_charts_are_tagged() {
    let pdf = Document::load_mem(&make(&support::report())).unwrap();
    let scopes: Vec<Vec<u8>> = elements(&pdf, b"TH")
        .map(|cell| {
            let mut attributes = vec![pdf.dereference(cell.get(b"A").unwrap()).unwrap().1];
            if let Ok(list) = attributes[0].as_array() {
                attributes = list.iter().collect();
            }
            attributes
                .iter()
                .filter_map(|item| pdf.dereference(item).unwrap().1.as_dict().ok())
                .find_map(|item| item.get(b"Scope").and_then(Object::as_name).ok())
                .expect("a header without scope")
                .to_vec()
        })
        .collect();
    assert!(scopes.contains(&b"Row".to_vec()) && scopes.contains(&b"Column".to_vec()));
    for kind in [
        b"H1".as_slice(),
        b"H2",
        b"H3",
        b"Table",
        b"Caption",
        b"L",
        b"Link",
    ] {
        assert!(elements(&pdf, kind).count() > 0, "{kind:?}");
    }
    let figures: Vec<&Dictionary> = elements(&pdf, b"Figure").collect();
    assert_eq!(figures.len(), 5);
    for figure in figures {
        let alternative = figure.get(b"Alt").unwrap().as_str().unwrap();
        assert!(alternative.len() > 20);
    }
}

/// Titles of the outline at one level, in order, with those below each.
fn outline(pdf: &Document, parent: &Dictionary, level: usize, titles: &mut Vec<(usize, String)>) {
    let mut next = parent.get(b"First").ok();
    while let Some(item) = next {
        let item = pdf.dereference(item).unwrap().1.as_dict().unwrap();
        titles.push((
            level,
            lopdf::decode_text_string(item.get(b"Title").unwrap()).unwrap(),
        ));
        outline(pdf, item, level + 1, titles);
        next = item.get(b"Next").ok();
    }
}

#[test]
fn every_section_has_a_bookmark() {
    let pdf = Document::load_mem(&make(&support::report())).unwrap();
    let outlines = dictionary(&pdf, pdf.catalog().unwrap(), b"Outlines");
    let mut titles = Vec::new();
    outline(&pdf, outlines, 1, &mut titles);
    for section in [
        "Summary for parents and the public",
        "Key patterns in school quality",
        "Recommendations",
        "How we inspected",
        "Member schools and their published outcomes",
        "Evidence",
    ] {
        assert!(
            titles.iter().any(|(_, title)| title.contains(section)),
            "{section}: {titles:?}"
        );
    }
    // Parts of sections stand below them.
    assert!(titles.iter().any(|(level, _)| *level > 1));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let first = render_all(&support::report(), &support::facts()).unwrap();
    let second = render_all(&support::report(), &support::facts()).unwrap();
    assert_eq!(first, second);
    let page = String::from_utf8(first.html.bytes).unwrap();
    for copy in [&first.pdf, &first.json, &first.text] {
        assert!(page.contains(&copy.sha256));
    }
}

#[test]
fn texts_are_never_markup_and_never_stop_the_export() {
    let report = support::hostile();
    let bytes = make(&report);
    let pdf = Document::load_mem(&bytes).unwrap();
    // Had a text been run, the export would have failed or shown a heading.
    let plain = Document::load_mem(&make(&support::report())).unwrap();
    let headings = |pdf: &Document| elements(pdf, b"H1").count();
    assert_eq!(headings(&pdf), headings(&plain));
}

#[test]
fn what_the_core_compiles_can_be_published() {
    make(&support::compiled());
}

#[test]
fn an_almost_empty_report_can_be_published() {
    let mut report = support::report();
    report.front.team.clear();
    report.front.identifiers.clear();
    report.front.evidence_to = None;
    report.summary.clear();
    report.context.passages.clear();
    report.context.phases.clear();
    report.context.places.clear();
    report.context.joined.clear();
    report.context.size_over_time.clear();
    report.patterns.key.clear();
    report.patterns.observations.clear();
    report.responses.weaknesses.clear();
    report.shared_practice.clear();
    report.recommendations.clear();
    report.method.passages.clear();
    report.method.sources.clear();
    report.method.evidence_counts.clear();
    report.group_response = None;
    report.schools.clear();
    report.accountability.rows.clear();
    report.burden.lines.clear();
    report.value.lines.clear();
    report.evidence.clear();
    make(&report);
}

/// Copies for `.ci/pdf`, which looks at them with other programs.
#[test]
#[ignore = "writes into the folder GROUP_INSPECTION_KEEP_PDF"]
fn kept_for_other_programs() {
    let folder = std::path::PathBuf::from(std::env::var_os("GROUP_INSPECTION_KEEP_PDF").unwrap());
    std::fs::create_dir_all(&folder).unwrap();
    let copies = [
        ("report", support::report()),
        ("hostile", support::hostile()),
        ("compiled", support::compiled()),
    ];
    for (name, report) in copies {
        std::fs::write(folder.join(format!("{name}.pdf")), make(&report)).unwrap();
    }
}

/// Elements of the structure tree below `owner`, in reading order, and how deep
/// each lies.
fn structure<'a>(
    pdf: &'a Document,
    owner: &'a Dictionary,
    depth: usize,
    found: &mut Vec<(usize, &'a Dictionary)>,
) {
    let Ok(children) = owner.get(b"K") else {
        return;
    };
    let children = pdf.dereference(children).unwrap().1;
    let children: Vec<&Object> = children
        .as_array()
        .map_or_else(|_| vec![children], |list| list.iter().collect());
    for child in children {
        if let Ok(element) = pdf.dereference(child).unwrap().1.as_dict()
            && element.has(b"S")
        {
            found.push((depth, element));
            structure(pdf, element, depth + 1, found);
        }
    }
}

fn tag(element: &Dictionary) -> &[u8] {
    element.get(b"S").unwrap().as_name().unwrap()
}

/// Elements in reading order.
fn tree(pdf: &Document) -> Vec<(usize, &Dictionary)> {
    let root = dictionary(pdf, pdf.catalog().unwrap(), b"StructTreeRoot");
    let mut found = Vec::new();
    structure(pdf, root, 0, &mut found);
    found
}

#[test]
fn no_level_of_heading_is_left_out() {
    for report in [support::report(), support::hostile(), support::compiled()] {
        let pdf = Document::load_mem(&make(&report)).unwrap();
        let mut before = 0;
        let mut count = 0;
        for (_, element) in tree(&pdf) {
            if let [b'H', digit @ b'1'..=b'6'] = tag(element) {
                let level = digit - b'0';
                assert!(level <= before + 1, "H{level} after H{before}");
                before = level;
                count += 1;
            }
        }
        assert!(count > 20);
    }
}

#[test]
fn every_table_is_regular_and_has_headers_for_its_columns_or_rows() {
    let pdf = Document::load_mem(&make(&support::report())).unwrap();
    let elements = tree(&pdf);
    let mut tables = 0;
    for (index, (depth, _)) in elements
        .iter()
        .enumerate()
        .filter(|(_, (_, element))| tag(element) == b"Table")
    {
        tables += 1;
        let inside: Vec<_> = elements[index + 1..]
            .iter()
            .take_while(|(below, _)| below > depth)
            .collect();
        let mut rows: Vec<Vec<&[u8]>> = Vec::new();
        for (_, element) in inside {
            match tag(element) {
                b"TR" => rows.push(Vec::new()),
                cell @ (b"TH" | b"TD") => rows.last_mut().unwrap().push(cell),
                _ => {}
            }
        }
        let columns = rows[0].len();
        assert!(columns >= 2 && rows.iter().all(|row| row.len() == columns));
        let first_row = rows[0].iter().all(|cell| *cell == b"TH");
        let first_column = rows.iter().all(|row| row[0] == b"TH");
        assert!(first_row || first_column);
        // What names a row is a header in every table.
        assert!(first_column);
    }
    assert!(tables > 20);
}

#[test]
fn every_link_is_in_the_tree_and_says_where_it_leads() {
    let pdf = Document::load_mem(&make(&support::report())).unwrap();
    let links: Vec<&Dictionary> = pdf
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|item| {
            item.get(b"Subtype")
                .and_then(Object::as_name)
                .is_ok_and(|name| name == b"Link")
        })
        .collect();
    assert!(links.len() > 50);
    for link in links {
        assert!(link.has(b"StructParent"));
        let said = lopdf::decode_text_string(link.get(b"Contents").unwrap()).unwrap();
        assert!(!said.trim().is_empty());
        assert!(link.has(b"Dest") || link.has(b"A"));
    }
}

/// Letters of all pages, without the spaces that only lines make.
fn letters(pdf: &Document) -> String {
    let pages: Vec<u32> = pdf.get_pages().keys().copied().collect();
    let text = pdf.extract_text(&pages).unwrap();
    text.split_whitespace().collect()
}

#[test]
fn it_says_everything_that_the_report_says() {
    for report in [support::report(), support::compiled()] {
        let said = letters(&Document::load_mem(&make(&report)).unwrap());
        let mut passages = 0;
        let mut look_for = |text: &str| {
            let wanted: String = text.split_whitespace().collect();
            assert!(said.contains(&wanted), "{text}");
            passages += 1;
        };
        for passage in report
            .summary
            .iter()
            .chain(&report.context.passages)
            .chain(&report.method.passages)
            .chain(&report.shared_practice)
        {
            look_for(&passage.text);
        }
        for school in &report.schools {
            look_for(&school.name);
            look_for(&school.urn.to_string());
        }
        for record in &report.evidence {
            look_for(&record.id);
        }
        for row in &report.accountability.rows {
            row.arrangement.split(' ').for_each(&mut look_for);
        }
        assert!(passages > 30);
    }
}

/// Page, counted from one, that every bookmark of a section leads to.
#[test]
fn pages_are_numbered_and_the_contents_give_the_right_ones() {
    let pdf = Document::load_mem(&make(&support::report())).unwrap();
    let pages = pdf.get_pages();
    let total = pages.len();
    for number in pages.keys() {
        let said = pdf.extract_text(&[*number]).unwrap();
        let said: String = said.split_whitespace().collect();
        assert!(said.contains(&format!("Page{number}of{total}")));
    }
    let contents: String = pdf
        .extract_text(&[2])
        .unwrap()
        .split_whitespace()
        .filter(|part| *part != ".")
        .collect();
    let (_, annex) = contents
        .split_once("AnnexAMemberschoolsandtheirpublishedoutcomes")
        .unwrap();
    let digits: String = annex
        .trim_start_matches('.')
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let page: u32 = digits.parse().unwrap();
    let there = pdf.extract_text(&[page]).unwrap();
    let there: String = there.split_whitespace().collect();
    assert!(there.contains("AnnexAMemberschoolsandtheirpublishedoutcomes"));
}
