//! The response of a group to its report, in its own words.

use group_inspection_core::report::GroupResponse;
use maud::html;
use uuid::Uuid;

use super::{PageHead, page_shell};
use crate::{SiteFacts, words};

/// The page of a response; without one it says so.
#[must_use]
pub fn response(
    site: &SiteFacts,
    report_id: Uuid,
    group_name: &str,
    response: Option<&GroupResponse>,
) -> String {
    let title = "The group's response to its report";
    let body = html! {
        p.kicker { (group_name) }
        h1 { (title) }
        p { a href=(site.report_path(report_id)) { "The report" } }
        @match response {
            Some(response) => {
                p { "The group's own words, received on " (words::date(response.received_on)) "." }
                blockquote { @for text in &response.paragraphs { p { (text) } } }
            }
            None => { p { "The group has not given a response for publication." } }
        }
    };
    let head = PageHead {
        title: format!("{group_name}: {}", title.to_lowercase()),
        canonical: Some(site.response_path(report_id)),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}
