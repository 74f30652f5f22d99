//! Types of the domain in the description.
//!
//! The domain knows JSON Schema but not OpenAPI. A field of such a type names
//! it by [`of`]; when the description is made, the schema takes the place of
//! the name.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

/// Where a type of the domain is named.
pub(crate) const NAMED_BY: &str = "x-core";
/// Where schemas are in the description.
const PLACE: &str = "#/components/schemas/";

type Make = fn(&mut SchemaGenerator) -> Schema;

/// Types that were named, in an order that does not depend on who named them
/// first.
static NAMED: Mutex<BTreeMap<String, Make>> = Mutex::new(BTreeMap::new());

/// The name of a type of the domain.
pub(crate) fn of<T: JsonSchema>() -> String {
    let id = T::schema_id().into_owned();
    NAMED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(id.clone(), SchemaGenerator::subschema_for::<T>);
    id
}

/// Gives bodies that are of a type of the domain a name in the description.
macro_rules! core_bodies {
    ($($(#[$about:meta])* $name:ident = $type:ty;)+) => {$(
        $(#[$about])*
        pub(crate) struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .extensions(Some(utoipa::openapi::extensions::Extensions::from_iter([(
                        $crate::openapi::core_types::NAMED_BY,
                        serde_json::Value::from($crate::openapi::core_types::of::<$type>()),
                    )])))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}
pub(crate) use core_bodies;

/// Puts the schemas of the domain in their places.
pub(super) fn put(description: &mut Value) {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let mut schemas: BTreeMap<String, Value> = NAMED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .map(|(id, make)| (id.clone(), make(&mut generator).to_value()))
        .collect();
    let mut definitions = generator.take_definitions(true);
    let renamed = free_names(&definitions, description);
    for schema in schemas.values_mut().chain(definitions.values_mut()) {
        rename(schema, &renamed);
        tidy(schema);
    }
    place(description, &schemas);
    if let Some(components) = description
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        // A body that is a definition by the same name is that definition.
        components.retain(|name, schema| {
            schema.get("$ref").and_then(Value::as_str) != Some(&format!("{PLACE}{name}"))
        });
        for (name, schema) in definitions {
            let name = renamed.get(&name).cloned().unwrap_or(name);
            components.insert(name, schema);
        }
    }
}

/// Other names for definitions whose names are taken.
fn free_names(definitions: &Map<String, Value>, description: &Value) -> BTreeMap<String, String> {
    let taken = |name: &str| {
        description
            .pointer("/components/schemas")
            .and_then(|components| components.get(name))
            .is_some_and(|schema| schema.get(NAMED_BY).is_none())
    };
    definitions
        .keys()
        .filter(|name| taken(name))
        .map(|name| (name.clone(), format!("{name}Content")))
        .collect()
}

fn rename(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some(new) = target
                    .strip_prefix(PLACE)
                    .and_then(|name| renamed.get(name))
            {
                *target = format!("{PLACE}{new}");
            }
            fields.values_mut().for_each(|value| rename(value, renamed));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| rename(value, renamed)),
        _ => {}
    }
}

/// Formats that only Rust knows say nothing to other languages.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            let of_rust = fields
                .get("format")
                .and_then(Value::as_str)
                .is_some_and(|format| {
                    format.starts_with("uint") || format == "int8" || format == "int16"
                });
            if of_rust {
                fields.remove("format");
            }
            fields.values_mut().for_each(tidy);
        }
        Value::Array(values) => values.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn place(value: &mut Value, schemas: &BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            let schema = fields
                .get(NAMED_BY)
                .and_then(Value::as_str)
                .and_then(|id| schemas.get(id));
            if let Some(schema) = schema {
                let about = fields.get("description").cloned();
                *value = schema.clone();
                if let (Value::Object(fields), Some(about)) = (value, about) {
                    fields.insert("description".to_owned(), about);
                }
                return;
            }
            fields.values_mut().for_each(|value| place(value, schemas));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| place(value, schemas)),
        _ => {}
    }
}
