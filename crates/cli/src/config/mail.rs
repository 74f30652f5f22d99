//! How mail leaves.

use group_inspection_worker::mail::govuk_notify as notify;

use super::given::{Given, Shown, or_none, secret, without_secret, wrong};
use crate::failure::Failure;

/// How mail leaves, and how it is heard of again.
#[derive(Clone)]
pub(crate) struct MailSettings {
    /// SMTP server; `None` for a maildir below the data folder.
    pub(crate) smtp_url: Option<String>,
    /// Sender of mail.
    pub(crate) from: String,
    /// GOV.UK Notify, which mail goes by if it is there.
    pub(crate) notify: Option<notify::Settings>,
    /// Token that Notify sends its receipts with.
    pub(crate) receipts_token: Option<String>,
}

impl MailSettings {
    pub(super) const NAMES: &[&str] = &[
        "SMTP_URL",
        "MAIL_FROM",
        "NOTIFY_API_KEY",
        "NOTIFY_TEMPLATE",
        "NOTIFY_REPLY_TO",
        "NOTIFY_ONLY_TO",
        "NOTIFY_RECEIPTS_TOKEN",
        "NOTIFY_URL",
    ];

    pub(super) fn read(given: &Given) -> Result<Self, Failure> {
        Ok(Self {
            smtp_url: given.owned("SMTP_URL"),
            from: given.parsed(
                "MAIL_FROM",
                "Group Inspection <no-reply@group-inspection.invalid>",
            )?,
            notify: notify(given)?,
            receipts_token: given.owned("NOTIFY_RECEIPTS_TOKEN"),
        })
    }

    pub(super) fn shown(&self) -> Shown {
        let notify = self.notify.as_ref();
        let only_to = notify.map_or(&[][..], |notify| &notify.only_to);
        vec![
            (
                "SMTP_URL",
                or_none(self.smtp_url.as_deref().map(without_secret)),
            ),
            ("MAIL_FROM", self.from.clone()),
            ("NOTIFY_API_KEY", secret(notify.map(|_| ""))),
            (
                "NOTIFY_TEMPLATE",
                or_none(notify.map(|notify| notify.template)),
            ),
            (
                "NOTIFY_REPLY_TO",
                or_none(notify.and_then(|notify| notify.reply_to)),
            ),
            (
                "NOTIFY_ONLY_TO",
                if only_to.is_empty() {
                    "everybody".to_owned()
                } else {
                    only_to.join(", ")
                },
            ),
            (
                "NOTIFY_RECEIPTS_TOKEN",
                secret(self.receipts_token.as_deref()),
            ),
            (
                "NOTIFY_URL",
                or_none(notify.map(|notify| without_secret(&notify.url))),
            ),
        ]
    }
}

/// GOV.UK Notify, if a key of it is given.
fn notify(given: &Given) -> Result<Option<notify::Settings>, Failure> {
    let Some(key) = given.text("NOTIFY_API_KEY") else {
        return Ok(None);
    };
    if given.text("SMTP_URL").is_some() {
        return Err(wrong(
            "NOTIFY_API_KEY",
            "mail goes by Notify or by an SMTP server, not by both",
        ));
    }
    let mut settings = notify::Settings::new(key, given.parsed("NOTIFY_TEMPLATE", "")?);
    settings.url = given.parsed("NOTIFY_URL", &settings.url)?;
    settings.reply_to = given.optional("NOTIFY_REPLY_TO")?;
    settings.only_to = given.list("NOTIFY_ONLY_TO");
    Ok(Some(settings))
}
