//! Files attached to evidence, over REST.

use group_inspection_core::library::{attachment::Event, media::MediaType};
use group_inspection_store::{Actor, evidence};
use serde_json::json;
use uuid::Uuid;

use crate::{script::Script, test_app::Answer};

async fn attach(
    script: &Script,
    item: Uuid,
    name: &str,
    bytes: &'static [u8],
    key: &str,
) -> Answer {
    script
        .app
        .post(&format!(
            "/v1/inspections/{}/evidence/{item}/attachments?filename={name}",
            script.id
        ))
        .key(&script.integrator)
        .once(key)
        .raw("application/octet-stream", bytes)
        .await
}

async fn took(script: &Script, id: Uuid, events: Vec<Event>) {
    script
        .app
        .store
        .store
        .write(&Actor::system("worker"), move |tx| {
            for event in events.clone() {
                evidence::took(tx, id, event)?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

async fn content(script: &Script, key: &str, id: Uuid) -> Answer {
    script
        .app
        .get(&format!("/v1/attachments/{id}/content"))
        .key(key)
        .send()
        .await
}

/// A file of an item that has been found clean.
pub(crate) async fn clean_file(script: &Script, item: Uuid) -> Uuid {
    let sent = attach(script, item, "minutes.pdf", b"%PDF-1.7 minutes", "clean").await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let id = sent.id("id");
    took(script, id, clean()).await;
    id
}

fn clean() -> Vec<Event> {
    vec![
        Event::Accepted(MediaType::Pdf),
        Event::FoundClean {
            scanner: "test".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
        },
    ]
}

#[actix_web::test]
async fn a_file_is_read_only_once_it_is_found_clean() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let item = script.evidence().await;
    let sent = attach(&script, item, "minutes.pdf", b"%PDF-1.7 minutes", "f1").await;
    assert_eq!(sent.status, 201, "{sent:?}");
    assert_eq!(sent.value()["state"]["state"], "received");
    let id = sent.id("id");
    Script::refused(&content(&script, &script.lead, id).await, "9.4");
    took(&script, id, clean()).await;
    let read = content(&script, &script.lead, id).await;
    assert_eq!(read.status, 200, "{read:?}");
    assert_eq!(read.body.as_ref(), b"%PDF-1.7 minutes");
    assert_eq!(read.header("content-type"), "application/pdf");
    assert!(read.header("content-disposition").starts_with("attachment"));
    assert_eq!(read.header("x-content-type-options"), "nosniff");
    let listed = script.get(&script.lead, "/attachments").await.items();
    assert_eq!(listed[0]["state"]["scanner"], "test");
    // The same request again is the same file.
    let again = attach(&script, item, "minutes.pdf", b"%PDF-1.7 minutes", "f1").await;
    assert_eq!(again.id("id"), id);
    // A second look may find what the first did not.
    took(
        &script,
        id,
        vec![Event::FoundInfected {
            threat: "Late".to_owned(),
            at: chrono::DateTime::UNIX_EPOCH,
        }],
    )
    .await;
    Script::refused(&content(&script, &script.lead, id).await, "9.4");
}

#[actix_web::test]
async fn a_file_follows_its_item() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let personal = json!({ "items": [{
        "type": "evidence", "ref": "staff", "evidence_type": "survey",
        "title": "Exit interviews", "text": "What leavers said.",
        "source": "Human resources", "schools": [], "themes": ["leadership_and_governance"],
        "bearing": "context", "effective_from": "2026-01-01", "effective_to": "2026-06-30",
        "normal_business": true, "minutes": 5, "sensitivity": "personal",
    }]});
    let sent = script
        .post(&script.integrator, "submissions", personal)
        .await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let item: Uuid = sent.value()["items"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let file = attach(&script, item, "exit.pdf", b"%PDF-1.7 exit", "f1").await;
    let id = file.id("id");
    took(&script, id, clean()).await;
    // A practitioner is a peer of those inspected and reads no personal data.
    content(&script, &script.practitioner, id)
        .await
        .problem("not-found");
    assert_eq!(content(&script, &script.lead, id).await.status, 200);
    let seen = script.get(&script.practitioner, "/attachments").await;
    assert_eq!(seen.items(), json!([]));
    let library = script.get(&script.practitioner, "/evidence").await.items();
    assert!(!library.to_string().contains("Exit interviews"));
    let library = script.get(&script.lead, "/evidence").await.items();
    assert!(library.to_string().contains("Exit interviews"));
    // No item, no file; no name that is a path.
    attach(&script, Uuid::nil(), "a.pdf", b"%PDF-1.7", "f2")
        .await
        .problem("not-found");
    attach(&script, item, "..%2Fa.pdf", b"%PDF-1.7", "f3")
        .await
        .problem("malformed-query");
    attach(&script, item, "a.pdf", b"", "f4")
        .await
        .problem("malformed-request");
    assert_eq!(script.app.kept_files(), 1, "what was refused is gone");
}

#[actix_web::test]
async fn an_item_has_as_many_files_as_it_may() {
    let script = Script::new().await;
    script.to_fieldwork().await;
    let item = script.evidence().await;
    for n in 0..10 {
        let sent = attach(&script, item, "a.pdf", b"%PDF-1.7", &format!("f{n}")).await;
        assert_eq!(sent.status, 201, "{sent:?}");
    }
    let more = attach(&script, item, "a.pdf", b"%PDF-1.7", "more").await;
    Script::refused(&more, "9.4");
}
