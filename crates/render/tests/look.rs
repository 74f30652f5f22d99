#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]
mod support;
#[test]
fn look() {
    let dir = std::env::var("LOOK").unwrap();
    for (name, report) in [
        ("report", support::report()),
        ("hostile", support::hostile()),
    ] {
        let t = std::time::Instant::now();
        match group_inspection_render::render_all(&report, &support::facts()) {
            Ok(r) => {
                std::fs::write(format!("{dir}/{name}.html"), r.html.bytes).unwrap();
                std::fs::write(format!("{dir}/{name}.pdf"), r.pdf.bytes).unwrap();
                std::fs::write(format!("{dir}/{name}.json"), r.json.bytes).unwrap();
                std::fs::write(format!("{dir}/{name}.txt"), r.text.bytes).unwrap();
            }
            Err(e) => panic!("{name}: {e:?}"),
        }
        eprintln!("{name} {:?}", t.elapsed());
    }
    std::fs::create_dir_all(format!("{dir}/assets")).unwrap();
    std::fs::write(
        format!("{dir}{}", group_inspection_render::html::stylesheet_path()),
        group_inspection_render::html::STYLESHEET,
    )
    .unwrap();
}
