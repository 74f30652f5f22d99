//! What the mail says.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use group_inspection_core::notice;
use group_inspection_render::SiteFacts;
use group_inspection_store::{early_copies, notifications::Notification};
use group_inspection_telemetry::trace::TraceParent;
use lettre::{
    Message,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
};
use serde_json::Value;
use uuid::Uuid;

use super::MailFailure;

/// A message to one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Identifier of the notification, the same for every try.
    pub id: Uuid,
    /// Address.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub text: String,
    /// When the event happened.
    pub at: DateTime<Utc>,
    /// Place of the try in its trace, if it has one.
    pub traced: Option<TraceParent>,
    /// Whether it may have been sent before.
    pub again: bool,
}

/// Said in every message: readers look for a grade.
const NO_GRADE: &str = "This report gives no grade to the group.";

/// The same, before there is a report.
const NO_GRADE_EVER: &str = "An inspection gives no grade to the group.";

/// Said with an early copy.
const EMBARGO: &str = "It is under embargo: it is for you alone, and not to be passed on or quoted \
                       before it is published.";

/// The message that tells `to` of a notification to the body called `body`;
/// what it links to is at `site`.
#[must_use]
pub fn letter(notification: &Notification, body: &str, to: &str, site: &SiteFacts) -> Mail {
    let data = notification.payload.get("data").unwrap_or(&Value::Null);
    let text = |name: &str| data.get(name).and_then(Value::as_str);
    let group = one_line(text("group_name").unwrap_or(body));
    let event = notification.event.as_str();
    let of_report = event.starts_with("report.");
    let subject = match event {
        "report.published" => format!("The report on {group} is published"),
        "report.corrected" => format!("The report on {group} is published with a correction"),
        "report.withdrawn" => format!("The report on {group} is withdrawn"),
        "inspection.notified" => format!("{group} is to be inspected"),
        "inspection.membership_changed" => {
            format!("The schools that the inspection of {group} covers have changed")
        }
        "inspection.team_named" => {
            format!("The team that is to inspect {group} is named; you may object to a member")
        }
        "inspection.fieldwork_planned" => format!("The days of fieldwork at {group} are planned"),
        "inspection.evidence_open" => format!("Evidence on {group} can be sent now"),
        "inspection.hold_changed" => {
            format!("A pause, a deferral or a complaint about the inspection of {group}")
        }
        "inspection.fieldwork_started" => format!("Fieldwork at {group} has begun"),
        "inspection.feedback_given" => {
            format!("Oral feedback on the inspection of {group} was given")
        }
        "inspection.draft_delivered" => {
            format!("The draft report on {group} is there for you to check")
        }
        "inspection.final_under_embargo" => {
            format!("The final report on {group} is there for you to read, not yet public")
        }
        "inspection.factual_accuracy_closed" => {
            format!("The check of the facts in the draft report on {group} is closed")
        }
        "inspection.early_copy" => {
            format!("An early copy of the report on {group}, under embargo")
        }
        "inspection.early_copy_recalled" => {
            format!("The early copy of the report on {group} is taken back")
        }
        "inspection.final_recalled" => format!("The final report on {group} is taken back"),
        "inspection.response_published" => format!("The response of {group} is published"),
        "inspection.withdrawn" => format!("The inspection of {group} has ended without a report"),
        "inspection.follow_up_started" => {
            format!("The recommendations of the report on {group} are followed up from now on")
        }
        "inspection.followed_up" => {
            format!("A follow-up of the recommendations of the report on {group} is on record")
        }
        notice::OBJECTION_SETTLED => {
            format!("An objection to a member of the team that inspects {group} is decided")
        }
        notice::EVIDENCE_REQUESTED => format!("Evidence on {group} is asked for"),
        notice::INTERESTS_CHANGED => {
            format!("What is known of the interests of the team that inspects {group} has changed")
        }
        notice::OVERDUE => format!("A deadline in the inspection of {group} has passed"),
        "inspection.closed" => format!("The inspection of {group} is closed"),
        notice::ENDPOINT_DISABLED => format!("{group}'s webhook endpoint is not called any more"),
        _ => format!("News of the inspection of {group}"),
    };
    let reason_label = match event {
        "report.corrected" => "Correction",
        "report.published" => "Note",
        _ => "Reason",
    };
    let mut lines = vec![format!("{subject}."), String::new()];
    if let Some(call) = notification.escalates {
        lines.push(
            "Your webhook endpoint has not accepted this, so it comes by e-mail as well."
                .to_owned(),
        );
        lines.push(format!("Identifier of the call: {call}"));
    }
    if let Some(url) = text("url") {
        lines.push(format!("Endpoint: {}", one_line(url)));
        lines.push(
            "What happens from now on comes by e-mail. Once the endpoint is in order, enable it \
             and send again what it has missed."
                .to_owned(),
        );
    }
    if let Some(reference) = text("reference") {
        lines.push(format!("Group inspection: {}", one_line(reference)));
    }
    if of_report {
        lines.push(format!("Version of the report: {}", notification.version));
    }
    if let Some(basis) = text("basis") {
        lines.push(one_line(basis));
    }
    let own = ["public_note", "reason"].into_iter().filter_map(text);
    let of_action = data.pointer("/action/reason").and_then(Value::as_str);
    for note in own.chain(of_action) {
        lines.push(format!("{reason_label}: {}", one_line(note)));
    }
    if let Some(until) = text("check_until") {
        lines.push(format!("You can send points until: {}", one_line(until)));
    }
    if let Some(token) = text(early_copies::TOKEN) {
        let path = site.early_copy_path(token);
        lines.push(format!("Early copy: {}", site.absolute(&path)));
        lines.push(EMBARGO.to_owned());
    }
    let links = data.get("links").and_then(Value::as_object);
    let mut links: Vec<_> = links.into_iter().flatten().collect();
    links.sort_by_key(|(name, _)| (order(name), name.as_str()));
    if !links.is_empty() {
        lines.push(String::new());
    }
    for (name, link) in links {
        if let Some(link) = link.as_str() {
            lines.push(format!("{}: {}", label(name), one_line(link)));
        }
    }
    let no_grade = if of_report { NO_GRADE } else { NO_GRADE_EVER };
    lines.extend([String::new(), no_grade.to_owned(), String::new()]);
    Mail {
        id: notification.id,
        to: to.to_owned(),
        subject,
        text: lines.join("\r\n"),
        at: notification.created_at,
        traced: None,
        again: false,
    }
}

fn order(name: &str) -> u8 {
    match name {
        "page" | "html" => 0,
        "pdf" => 1,
        "json" => 2,
        _ => 3,
    }
}

fn label(name: &str) -> &str {
    match name {
        "page" | "html" => "Page",
        "pdf" => "PDF",
        "json" => "JSON",
        "feed" => "Feed",
        other => other,
    }
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The header that says which trace a message belongs to.
#[derive(Clone)]
struct Traceparent(String);

impl Header for Traceparent {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Traceparent")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// The message as RFC 5322 has it. The same mail gives the same identifier
/// and date each time.
///
/// # Errors
/// If the address is not one.
pub fn compose(from: &Mailbox, mail: &Mail) -> Result<Message, MailFailure> {
    let permanent = |text: &str| MailFailure::Permanent {
        status: None,
        text: text.to_owned(),
    };
    let to = mail
        .to
        .parse()
        .map_err(|_| permanent("the address of the contact cannot be used"))?;
    let mut message = Message::builder();
    if let Some(traced) = &mail.traced {
        message = message.header(Traceparent(traced.to_string()));
    }
    message
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(&mail.subject)
        .date(SystemTime::from(mail.at))
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|_| permanent("the message cannot be written"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn site() -> SiteFacts {
        SiteFacts {
            service_name: "Group Inspection".to_owned(),
            origin: "https://reports.example.org".to_owned(),
            base_path: "/gi".to_owned(),
            notice: None,
            footer: Vec::new(),
        }
    }

    #[test]
    fn an_early_copy_is_told_with_its_address_and_the_embargo() {
        let event = notification(
            "inspection.early_copy",
            json!({ "early_copy": "ab12", "group_name": "Elm Trust" }),
        );
        let told = letter(&event, "", "clerk@example.org", &site());
        for line in [
            "Early copy: https://reports.example.org/gi/early-copies/ab12\r\n",
            "not to be passed on or quoted before it is published",
        ] {
            assert!(told.text.contains(line), "{}", told.text);
        }
        assert!(told.subject.contains("under embargo"));
    }

    #[test]
    fn each_event_has_a_subject_of_its_own() {
        let subjects: std::collections::BTreeSet<String> = notice::EVENTS
            .into_iter()
            .chain(["inspection.early_copy", "inspection.early_copy_recalled"])
            .map(|event| letter(&notification(event, json!({})), "Elm", "", &site()).subject)
            .collect();
        assert_eq!(subjects.len(), notice::EVENTS.len() + 2, "{subjects:?}");
        assert!(!subjects.iter().any(|subject| subject.starts_with("News")));
    }

    fn notification(event: &str, data: Value) -> Notification {
        let at = "2026-09-15T09:00:00Z".parse().unwrap();
        Notification {
            id: Uuid::from_u128(7),
            event: event.to_owned(),
            body_id: Uuid::nil(),
            report_id: Some(Uuid::nil()),
            version: 1,
            channel: "email".to_owned(),
            recipient_id: Uuid::nil(),
            state: "waiting".to_owned(),
            payload: json!({ "type": event, "timestamp": at, "data": data }),
            created_at: at,
            finished_at: None,
            escalates: None,
            provider_id: None,
            receipt: None,
            receipt_at: None,
        }
    }

    #[test]
    fn what_happens_before_the_report_is_told_in_its_own_words() {
        let event = notification(
            "inspection.hold_changed",
            json!({
                "basis": "This is a voluntary inspection: no law requires it.",
                "action": { "action": "request_hold", "reason": "A fire.\nBadly." },
            }),
        );
        let told = letter(&event, "Elm Trust", "clerk@example.org", &site());
        assert!(told.subject.contains("the inspection of Elm Trust"));
        for line in ["no law requires it", "Reason: A fire. Badly.", "no grade"] {
            assert!(told.text.contains(line), "{}", told.text);
        }
        assert!(!told.text.contains("Version of the report"));
    }

    #[test]
    fn a_publication_is_told_with_its_links_and_without_a_grade() {
        let told = letter(
            &notification(
                "report.published",
                json!({
                    "group_name": "Elm Trust",
                    "reference": "GI-1",
                    "links": { "json": "https://x/j", "pdf": "https://x/p", "page": "https://x/h" },
                }),
            ),
            "ELM TRUST",
            "clerk@example.org",
            &site(),
        );
        assert_eq!(told.subject, "The report on Elm Trust is published");
        assert_eq!(
            told.text,
            "The report on Elm Trust is published.\r\n\r\nGroup inspection: GI-1\r\n\
             Version of the report: 1\r\n\r\nPage: https://x/h\r\nPDF: https://x/p\r\n\
             JSON: https://x/j\r\n\r\nThis report gives no grade to the group.\r\n"
        );
    }

    #[test]
    fn a_withdrawal_is_told_with_its_reason() {
        let event = notification("report.withdrawn", json!({ "reason": "Wrong\r\nmembers" }));
        let told = letter(&event, "Elm Trust", "clerk@example.org", &site());
        assert_eq!(told.subject, "The report on Elm Trust is withdrawn");
        assert!(
            told.text.contains("Reason: Wrong members\r\n"),
            "{}",
            told.text
        );
    }

    #[test]
    fn a_message_cannot_gain_headers() {
        let event = notification(
            "report.published",
            json!({ "group_name": "Elm\r\nBcc: all@example.org" }),
        );
        let told = letter(&event, "", "clerk@example.org", &site());
        let from = "reports@example.org".parse().unwrap();
        let bytes = compose(&from, &told).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("\nBcc:"), "{text}");
        assert!(text.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.org>"));
        assert!(
            text.contains("Date: Tue, 15 Sep 2026 09:00:00 +0000"),
            "{text}"
        );
    }

    #[test]
    fn a_message_says_which_trace_it_belongs_to() {
        let told = letter(
            &notification("report.published", json!({})),
            "Elm",
            "c@example.org",
            &site(),
        );
        let from: Mailbox = "reports@example.org".parse().unwrap();
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let written = |traced| {
            let mail = Mail {
                traced,
                ..told.clone()
            };
            String::from_utf8(compose(&from, &mail).unwrap().formatted()).unwrap()
        };
        assert!(!written(None).to_lowercase().contains("traceparent"));
        let traced = written(TraceParent::parse(header));
        assert!(
            traced.contains(&format!("Traceparent: {header}\r\n")),
            "{traced}"
        );
    }

    #[test]
    fn an_address_that_is_none_is_refused_for_good() {
        let event = notification("report.published", json!({}));
        let told = letter(
            &event,
            "Elm Trust",
            "clerk@example.org, other@example.org",
            &site(),
        );
        let from = "reports@example.org".parse().unwrap();
        assert!(matches!(
            compose(&from, &told),
            Err(MailFailure::Permanent { .. })
        ));
    }
}
