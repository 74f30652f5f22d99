//! A check of a page's structure for people who do not see it (DR-26): the
//! machine-checkable part of WCAG 2.2 level AA that a page of text, tables and
//! charts can get wrong. It reads pages as this crate writes them.

use std::collections::BTreeSet;

/// A start tag: its name and attributes, and where its content begins.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    after: &'a str,
}

impl<'a> Tag<'a> {
    fn value(&self, name: &str) -> Option<&'a str> {
        let start = format!(" {name}=\"");
        let (_, rest) = self.attributes.split_once(&start)?;
        rest.split_once('"').map(|(value, _)| value)
    }

    /// Text up to the end tag, without tags.
    fn text(&self) -> String {
        let end = format!("</{}>", self.name);
        let inner = self.after.split_once(&end).map_or("", |(inner, _)| inner);
        let mut text = String::new();
        for (position, part) in inner.split('<').enumerate() {
            let words = if position == 0 {
                part
            } else {
                part.split_once('>').map_or("", |(_, words)| words)
            };
            text.push_str(words);
        }
        text.trim().to_owned()
    }
}

fn tags(page: &str) -> impl Iterator<Item = Tag<'_>> {
    page.split('<').skip(1).filter_map(move |part| {
        if !part.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return None;
        }
        let (inside, _) = part.split_once('>')?;
        let name_end = inside
            .find(|letter: char| letter.is_whitespace() || letter == '/')
            .unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(name_end)?;
        // The rest of the page, from the end of this tag on.
        let offset = part.as_ptr() as usize - page.as_ptr() as usize + inside.len() + 1;
        Some(Tag {
            name,
            attributes,
            after: page.get(offset..).unwrap_or_default(),
        })
    })
}

/// What is wrong with a page, in words for whoever mends it; empty if nothing
/// was found.
#[must_use]
pub fn findings(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |what: String| found.push(what);
    let mut ids = BTreeSet::new();
    let mut targets = BTreeSet::new();
    let mut level = 0_u32;
    let mut mains = 0_u32;
    let mut titles = 0_u32;
    for tag in tags(page) {
        if let Some(id) = tag.value("id")
            && !ids.insert(id)
        {
            note(format!("two elements have the id \"{id}\""));
        }
        match tag.name {
            "html" if tag.value("lang").is_none_or(str::is_empty) => {
                note("the page does not say its language".to_owned());
            }
            "title" if titles == 0 => {
                titles += 1;
                if tag.text().is_empty() {
                    note("the page has no title".to_owned());
                }
            }
            "main" => mains += 1,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let next = tag
                    .name
                    .chars()
                    .nth(1)
                    .and_then(|digit| digit.to_digit(10))
                    .unwrap_or_default();
                if next > level + 1 {
                    note(format!(
                        "a heading of level {next} follows one of level {level}"
                    ));
                }
                if tag.text().is_empty() {
                    note(format!("a heading of level {next} is empty"));
                }
                level = next;
            }
            "img" if tag.value("alt").is_none() => {
                note("an image has no text in its place".to_owned());
            }
            "svg" => {
                let hidden = tag.value("aria-hidden") == Some("true");
                let inner = tag
                    .after
                    .split_once("</svg>")
                    .map_or("", |(inner, _)| inner);
                let named = tag.value("role") == Some("img")
                    && (inner.contains("<title") || tag.value("aria-label").is_some());
                if !hidden && !named {
                    note("a drawing has no name".to_owned());
                }
            }
            "table" => {
                let inner = tag
                    .after
                    .split_once("</table>")
                    .map_or("", |(inner, _)| inner);
                if !inner.contains("<caption") {
                    note("a table has no caption".to_owned());
                }
                if !inner.contains("<th") {
                    note("a table has no headers".to_owned());
                }
            }
            "th" if tag.value("scope").is_none() => {
                note("the header of a table does not say what it heads".to_owned());
            }
            "a" => {
                if tag.text().is_empty() && tag.value("aria-label").is_none() {
                    note("a link has no text".to_owned());
                }
                if let Some(target) = tag.value("href").and_then(|href| href.strip_prefix('#')) {
                    targets.insert(target);
                }
            }
            _ => {}
        }
    }
    if titles == 0 {
        note("the page has no title".to_owned());
    }
    if mains != 1 {
        note(format!("the page has {mains} main parts"));
    }
    for target in targets.difference(&ids) {
        note(format!("a link leads to \"{target}\", which is not there"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::findings;

    const SOUND: &str = "<!DOCTYPE html><html lang=\"en-GB\"><head><title>T</title></head><body>\
        <a href=\"#main\">Skip</a><main id=\"main\"><h1>One</h1><h2>Two</h2>\
        <table><caption>C</caption><tr><th scope=\"col\">A</th></tr></table>\
        <svg role=\"img\"><title>t</title></svg></main></body></html>";

    #[test]
    fn a_sound_page_passes() {
        assert_eq!(findings(SOUND), Vec::<String>::new());
    }

    #[test]
    fn dr_26_every_fault_is_found() {
        for (sound, broken, word) in [
            (" lang=\"en-GB\"", "", "language"),
            ("<title>T</title>", "<title></title>", "title"),
            ("<h2>Two</h2>", "<h3>Two</h3>", "level 3"),
            ("<h2>Two</h2>", "<h2></h2>", "empty"),
            (" scope=\"col\"", "", "heads"),
            ("<caption>C</caption>", "", "caption"),
            ("<svg role=\"img\">", "<svg>", "drawing"),
            ("href=\"#main\"", "href=\"#other\"", "other"),
            (">Skip<", "><", "no text"),
            ("<h2>", "<h2 id=\"main\">", "two elements"),
            ("<h2>", "<img src=\"x\"><h2>", "image"),
            ("<main id=\"main\">", "<div id=\"main\">", "0 main"),
        ] {
            let page = SOUND.replacen(sound, broken, 1);
            let found = findings(&page).join("; ");
            assert!(found.contains(word), "{word}: {found}");
        }
    }
}
