//! The operator pages: server-rendered, without script.

mod dead_letters;
mod deliveries;
mod imports;
mod ledger;

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Form, ServiceConfig, get, post},
};
use chrono::{DateTime, TimeDelta, Utc};
use group_inspection_render::html::STYLESHEET;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use crate::{OpsState, refusal::Refusal};

const STYLE: &str = "/assets/style.css";

/// Rows of a list at the most; what is beyond shows once these are dealt with.
const ROWS: i64 = 200;

/// Letters of a reason: enough to say something, not more than a paragraph.
const REASON: std::ops::RangeInclusive<usize> = 3..=500;

pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .route("/", get().to(ledger::page))
        .route("/dead-letters", get().to(dead_letters::page))
        .route("/dead-letters/{id}/retry", post().to(dead_letters::retry))
        .route("/dead-letters/{id}/cancel", post().to(dead_letters::cancel))
        .route("/deliveries", get().to(deliveries::page))
        .route("/deliveries/{id}/replay", post().to(deliveries::replay))
        .route("/imports", get().to(imports::page))
        .route(STYLE, get().to(style));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(STYLESHEET)
}

/// A complete page around `body`, which starts with the page's one `h1`.
pub(crate) fn shell(service: &str, title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " - " (service) " operators" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(STYLE);
            }
            body {
                a.skip href="#main" { "Skip to main content" }
                header.site { div.wrap { a href="/" { (service) " operators" } } }
                main #main.wrap tabindex="-1" { (body) }
                footer.site {
                    div.wrap {
                        ul {
                            li { a href="/" { "Ledger" } }
                            li { a href="/dead-letters" { "Dead letters" } }
                            li { a href="/deliveries" { "Deliveries" } }
                            li { a href="/imports" { "Imports" } }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

fn page(state: &Data<OpsState>, title: &str, body: &Markup) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(shell(&state.service_name, title, body))
}

fn back_to(path: &'static str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .finish()
}

/// Why an operator decides so.
#[derive(Debug, Deserialize)]
struct Because {
    reason: String,
}

/// The reason of a form.
fn reason(form: &Form<Because>) -> Result<String, Refusal> {
    let reason = form.reason.trim();
    if REASON.contains(&reason.chars().count()) && !reason.chars().any(char::is_control) {
        Ok(reason.to_owned())
    } else {
        Err(Refusal::Unreadable(format!(
            "Give a reason in {} to {} letters. It goes into the audit log.",
            REASON.start(),
            REASON.end()
        )))
    }
}

/// A form with a reason and one button. `about` is what the button is for.
fn decide(action: &str, name: &str, button: &str, about: &str) -> Markup {
    html! {
        form.search method="post" action=(action) {
            label for=(name) { "Reason to " (button.to_lowercase()) }
            div {
                input id=(name) name="reason" required minlength=(REASON.start())
                    maxlength=(REASON.end()) autocomplete="off";
                button type="submit" aria-label={ (button) " " (about) } { (button) }
            }
        }
    }
}

/// A moment as operators read it, in London.
fn moment(at: DateTime<Utc>) -> Markup {
    let local = at.with_timezone(&chrono_tz::Europe::London);
    html! {
        time datetime=(at.to_rfc3339()) { (local.format("%-d %b %Y, %H:%M:%S")) }
    }
}

/// A length of time in its largest two units.
fn age(span: TimeDelta) -> String {
    let seconds = span.num_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600, seconds / 60);
    if days > 0 {
        format!("{days} d {} h", hours % 24)
    } else if hours > 0 {
        format!("{hours} h {} min", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes} min {} s", seconds % 60)
    } else {
        format!("{seconds} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_shows_its_two_largest_units() {
        let shown = |seconds| age(TimeDelta::seconds(seconds));
        assert_eq!(shown(-5), "0 s");
        assert_eq!(shown(59), "59 s");
        assert_eq!(shown(61), "1 min 1 s");
        assert_eq!(shown(3_660), "1 h 1 min");
        assert_eq!(shown(90_000), "1 d 1 h");
    }
}
