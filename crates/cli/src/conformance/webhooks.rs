//! Webhook endpoints.

use reqwest::Method;
use serde_json::json;

use super::{
    Check, Unmet, Verdict, check, ensure,
    subject::{Got, Subject},
};

pub(super) fn checks(subject: &Subject) -> Vec<Check<'_>> {
    vec![
        check(
            "an endpoint's secret is shown once, in the form of Standard Webhooks",
            secret_once(subject),
        ),
        check(
            "an address that is no web address: 422",
            wrong_address(subject),
        ),
        check("a removed endpoint is gone", removed(subject)),
    ]
}

fn place(subject: &Subject) -> String {
    format!("/v1/bodies/{}/webhook-endpoints", subject.body)
}

async fn create(subject: &Subject, url: &str) -> Result<Got, Unmet> {
    let request = subject
        .request(Method::POST, &place(subject))
        .header("idempotency-key", subject.fresh())
        .json(&json!({ "url": url }));
    let got = subject.send(request).await?;
    if got.status.as_u16() == 403 {
        return Err(Unmet::Untold(
            "the key may not manage webhooks (scope webhooks:manage)".to_owned(),
        ));
    }
    Ok(got)
}

async fn remove(subject: &Subject, id: &str) -> Result<Got, Unmet> {
    let path = format!("{}/{id}", place(subject));
    Ok(subject.send(subject.request(Method::DELETE, &path)).await?)
}

async fn secret_once(subject: &Subject) -> Verdict {
    let got = create(subject, "https://hooks.invalid/conformance").await?;
    got.is(201)?;
    let (id, secret) = (got.text("/id")?, got.text("/secret")?);
    ensure(secret.starts_with("whsec_"), || {
        "it does not begin with whsec_".to_owned()
    })?;
    let listed = subject.get(&place(subject)).await?;
    listed.is(200)?;
    let text = String::from_utf8_lossy(&listed.bytes).into_owned();
    ensure(text.contains(&id), || "it is not listed".to_owned())?;
    ensure(!text.contains(&secret), || {
        "the list shows the secret".to_owned()
    })?;
    remove(subject, &id).await?.succeeded()
}

async fn wrong_address(subject: &Subject) -> Verdict {
    for url in [
        "ftp://hooks.invalid/",
        "https://user:password@hooks.invalid/",
        "hooks",
    ] {
        create(subject, url).await?.problem(422, None)?;
    }
    Ok(())
}

async fn removed(subject: &Subject) -> Verdict {
    let got = create(subject, "https://hooks.invalid/removed").await?;
    let id = got.text("/id")?;
    remove(subject, &id).await?.succeeded()?;
    remove(subject, &id).await?.problem(404, None)
}
