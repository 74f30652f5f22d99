//! The shape of a batch.

use serde_json::Value;

use super::{
    Batch, Content, ErrorCode, Evidence, FieldError, Item, Link, MAX_ITEMS, MAX_LINE, MAX_MINUTES,
    MAX_STATEMENT, MAX_TEXT, NewAction, NewWeakness, reader::Reader,
};

/// Reads a batch. An item that cannot be read carries its errors, so that one
/// bad item does not hide the others.
///
/// # Errors
///
/// Everything wrong with the envelope; then no item was looked at.
pub fn parse(sent: &Value) -> Result<Batch, Vec<FieldError>> {
    let Some(object) = sent.as_object() else {
        return Err(vec![FieldError::new(
            "",
            ErrorCode::WrongType,
            "A submission is an object.",
        )]);
    };
    let mut reader = Reader::new(object, "");
    let submission_id = reader.uuid("submission_id");
    let items = reader.required("items").and_then(|value| {
        let items = value.as_array();
        if items.is_none() {
            reader.note("items", ErrorCode::WrongType, "This must be a list.");
        }
        items
    });
    if items.is_some_and(|items| !(1..=MAX_ITEMS).contains(&items.len())) {
        reader.note(
            "items",
            ErrorCode::OutOfRange,
            format!("A submission has 1 to {MAX_ITEMS} items."),
        );
    }
    let errors = reader.finish();
    match items {
        Some(items) if errors.is_empty() => Ok(Batch {
            submission_id,
            items: items
                .iter()
                .enumerate()
                .map(|(position, item)| read_item(item, &format!("/items/{position}")))
                .collect(),
        }),
        _ => Err(errors),
    }
}

fn read_item(sent: &Value, pointer: &str) -> Item {
    let Some(object) = sent.as_object() else {
        return Item {
            reference: None,
            content: Err(vec![FieldError::new(
                pointer,
                ErrorCode::WrongType,
                "An item is an object.",
            )]),
        };
    };
    let mut reader = Reader::new(object, pointer);
    let reference = reader.reference("ref");
    let content = match reader.required("type").map(Value::as_str) {
        Some(Some("evidence")) => evidence(&mut reader).map(Content::Evidence),
        Some(Some("weakness")) => weakness(&mut reader).map(Content::Weakness),
        Some(Some("action")) => action(&mut reader).map(Content::Action),
        Some(_) => {
            reader.note(
                "type",
                ErrorCode::InvalidValue,
                "Allowed: evidence, weakness, action.",
            );
            return failed(reader, reference);
        }
        None => return failed(reader, reference),
    };
    let errors = reader.finish();
    Item {
        reference,
        content: match content {
            Some(content) if errors.is_empty() => Ok(content),
            _ => Err(errors),
        },
    }
}

/// An item of no known type: which of its fields are unknown cannot be said,
/// but grades are refused in any case.
fn failed(reader: Reader<'_>, reference: Option<String>) -> Item {
    let mut errors = reader.finish();
    errors.retain(|error| error.code != ErrorCode::UnknownField);
    Item {
        reference,
        content: Err(errors),
    }
}

fn evidence(reader: &mut Reader<'_>) -> Option<Evidence> {
    // Every field is read before the first missing one ends this, so that all
    // errors are found.
    let evidence_type = reader.choice("evidence_type");
    let title = reader.text("title", MAX_LINE, false);
    let text = reader.text("text", MAX_TEXT, true);
    let source = reader.text("source", MAX_LINE, false);
    let schools = reader.schools("schools");
    let themes = reader.choices("themes");
    let bearing = reader.choice("bearing");
    let effective_from = reader.date("effective_from");
    let effective_to = reader.date("effective_to");
    let normal_business = reader.boolean("normal_business", false);
    let minutes = reader.number("minutes", MAX_MINUTES);
    let material = reader.optional_choice("material");
    let sensitivity = reader.optional_choice("sensitivity").unwrap_or_default();
    let revision_reason = reader.optional_text("revision_reason", MAX_LINE);
    if themes.as_ref().is_some_and(Vec::is_empty) {
        reader.note(
            "themes",
            ErrorCode::Required,
            "At least one theme is needed.",
        );
    }
    Some(Evidence {
        evidence_type: evidence_type?,
        title: title?,
        text: text?,
        source: source?,
        schools: schools?,
        themes: in_order(themes?),
        bearing: bearing?,
        effective_from: effective_from?,
        effective_to: effective_to?,
        normal_business: normal_business?,
        minutes: minutes?,
        material,
        sensitivity,
        revision_reason,
    })
}

fn weakness(reader: &mut Reader<'_>) -> Option<NewWeakness> {
    let statement = reader.text("statement", MAX_STATEMENT, false);
    let theme = reader.choice("theme");
    let source = reader.choice("source");
    let identified_by = reader.choice("identified_by");
    let reach = reader.choice("reach");
    let schools = reader.schools("schools");
    let first_known = reader.date("first_known");
    let evidence = reader.links("evidence");
    Some(NewWeakness {
        statement: statement?,
        theme: theme?,
        source: source?,
        identified_by: identified_by?,
        reach: reach?,
        schools: schools?,
        first_known: first_known?,
        evidence: evidence?,
    })
}

fn action(reader: &mut Reader<'_>) -> Option<NewAction> {
    let weakness: Option<Link> = reader.link("weakness");
    let kind = reader.choice("kind");
    let description = reader.text("description", MAX_STATEMENT, false);
    let started = reader.date("started");
    let completed = reader.optional_date("completed");
    let impact = reader.choice("impact");
    let impact_basis = reader.links("impact_basis");
    Some(NewAction {
        weakness: weakness?,
        kind: kind?,
        description: description?,
        started: started?,
        completed,
        impact: impact?,
        impact_basis: impact_basis?,
    })
}

fn in_order<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list.dedup();
    list
}
