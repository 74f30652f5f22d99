//! Pages that the `type` of a problem document leads to.

use maud::{Markup, html};

use super::{PageHead, page_shell};
use crate::SiteFacts;

/// A kind of problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemFacts {
    /// Path of its page below the base path.
    pub path: String,
    /// Stable code.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Short summary.
    pub title: &'static str,
    /// When it happens.
    pub when: &'static str,
    /// What the caller does about it.
    pub remedy: &'static str,
    /// Whether sending the request again can help.
    pub retry: &'static str,
}

fn particulars(problem: &ProblemFacts) -> Markup {
    html! {
        dl.facts {
            div { dt { "Code" } dd { code { (problem.code) } } }
            div { dt { "Status" } dd { (problem.status) } }
            div { dt { "When it happens" } dd { (problem.when) } }
            div { dt { "What to do" } dd { (problem.remedy) } }
            div { dt { "Again?" } dd { (problem.retry) } }
        }
    }
}

/// The page of one kind of problem.
#[must_use]
pub fn problem(site: &SiteFacts, facts: &ProblemFacts) -> String {
    let body = html! {
        p.kicker { "Answers of the API" }
        h1 { (facts.title) }
        (particulars(facts))
        p { a href=(site.below("/problems")) { "All kinds of problem" } }
    };
    let head = PageHead {
        title: facts.title.to_owned(),
        canonical: Some(site.below(&facts.path)),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}

/// The page of all kinds.
#[must_use]
pub fn problems(site: &SiteFacts, all: &[ProblemFacts]) -> String {
    let title = "What the API answers when something is wrong";
    let body = html! {
        h1 { (title) }
        p {
            "Each answer is a problem document (RFC 9457). Its " code { "type" }
            " is the address of one of these."
        }
        @for facts in all {
            h2 #(facts.code) { a href=(site.below(&facts.path)) { (facts.title) } }
            (particulars(facts))
        }
    };
    let head = PageHead {
        title: title.to_owned(),
        canonical: Some(site.below("/problems")),
        ..PageHead::default()
    };
    page_shell(site, &head, &body)
}
