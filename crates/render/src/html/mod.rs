//! Public pages: complete HTML documents that need no script and no inline
//! style, so they work under `default-src 'none'; style-src 'self';
//! img-src 'self' data:`.

mod blocks;
mod changes;
mod pages;
mod problems;
mod reference;
mod report;
mod response;
mod site;

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, html};

use crate::SiteFacts;

pub use changes::{ChangesFacts, changes};
pub use pages::{
    Message, Paging, PublishedEntry, TombstoneFacts, error_page, home, not_found, tombstone,
};
pub use problems::{ProblemFacts, problem, problems};
pub use reference::{reference, reference_part};
pub use report::report_page;
pub use response::response;
pub use site::{
    FoundGroup, GroupFacts, GroupSchool, InspectionFacts, about, accessibility, group, search,
};

/// The stylesheet of every page, to be served at [`stylesheet_path`].
pub const STYLESHEET: &str = include_str!("style.css");

/// Path of the stylesheet below the base path. It changes with the content.
#[must_use]
pub fn stylesheet_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let hash = crate::sha256_hex(STYLESHEET.as_bytes());
        let short: String = hash.chars().take(16).collect();
        format!("/assets/style-{short}.css")
    });
    PATH.as_str()
}

/// What stands in the head of a page besides what every page has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageHead {
    /// Title, without the name of the service.
    pub title: String,
    /// One sentence for search engines and previews.
    pub description: Option<String>,
    /// Path of the page's one true address.
    pub canonical: Option<String>,
    /// Other forms of the same page.
    pub alternates: Vec<Alternate>,
    /// Whether search engines are asked not to list the page.
    pub unlisted: bool,
}

/// Another form of the same page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternate {
    /// Media type.
    pub media_type: &'static str,
    /// Path.
    pub href: String,
    /// What it is.
    pub title: String,
}

/// A complete page around `body`, which starts with the page's one `h1`.
#[must_use]
pub fn page_shell(site: &SiteFacts, head: &PageHead, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (head.title) " - " (site.service_name) }
                @if let Some(description) = &head.description {
                    meta name="description" content=(description);
                }
                @if head.unlisted { meta name="robots" content="noindex"; }
                @if let Some(path) = &head.canonical {
                    link rel="canonical" href=(site.absolute(path));
                }
                @for other in &head.alternates {
                    link rel="alternate" type=(other.media_type) href=(other.href)
                        title=(other.title);
                }
                link rel="alternate" type=(crate::ATOM_TYPE) href=(site.feed_path())
                    title="Published reports";
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(site.stylesheet_path());
            }
            body {
                a.skip href="#main" { "Skip to main content" }
                header.site {
                    div.wrap { a href=(site.home_path()) { (site.service_name) } }
                }
                @if let Some(notice) = &site.notice {
                    div.notice role="region" aria-label="Notice" { div.wrap { p { (notice) } } }
                }
                main #main.wrap tabindex="-1" { (body) }
                footer.site {
                    div.wrap {
                        ul {
                            li { a href=(site.home_path()) { "All reports" } }
                            li { a href=(site.search_path()) { "Find a group" } }
                            li { a href=(site.feed_path()) { "Feed of reports (Atom)" } }
                            li { a href=(site.about_path()) { "About group inspection" } }
                            li { a href=(site.accessibility_path()) { "Accessibility" } }
                            li { a href=(site.below("/reference")) { "Reference of the API" } }
                            @for link in &site.footer {
                                li { a href=(link.href) { (link.label) } }
                            }
                        }
                    }
                }
            }
        }
    };
    let mut page = crate::words::printable(&page.into_string());
    page.push('\n');
    page
}
