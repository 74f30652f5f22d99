//! What the environment gives.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use crate::failure::Failure;

/// What every setting begins with.
pub(super) const PREFIX: &str = "GROUP_INSPECTION_";

/// Settings that were given, by their name without the prefix.
pub(super) struct Given(BTreeMap<String, String>);

impl Given {
    /// Those of `variables` that are ours, files read. One that is not `known`
    /// is refused, so that a misspelt one is not silently ignored.
    pub(super) fn read(
        variables: impl Iterator<Item = (String, String)>,
        known: &[&str],
    ) -> Result<Self, Failure> {
        let mut given = BTreeMap::new();
        for (name, value) in variables {
            let Some(short) = name.strip_prefix(PREFIX) else {
                continue;
            };
            // Tests and their servers have variables of their own.
            if short.starts_with("TEST_") || short == "DATA" {
                continue;
            }
            let (short, value) = match short.strip_suffix("_FILE") {
                Some(short) => {
                    let content = std::fs::read_to_string(&value).map_err(|error| {
                        wrong_variable(&name, format!("cannot read {value}: {error}"))
                    })?;
                    (short, content.trim_end().to_owned())
                }
                None => (short, value),
            };
            if !known.contains(&short) {
                return Err(wrong_variable(&name, "there is no such setting"));
            }
            if given.insert(short.to_owned(), value).is_some() {
                return Err(wrong_variable(
                    &name,
                    "is given both as a value and as a file",
                ));
            }
        }
        Ok(Self(given))
    }

    /// The text of a setting.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The text of a setting, to be kept.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(ToOwned::to_owned)
    }

    /// The value of a setting, or of `default` if it is not given.
    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &self,
        name: &str,
        default: &str,
    ) -> Result<T, Failure> {
        self.text(name)
            .unwrap_or(default)
            .parse()
            .map_err(|error: T::Err| wrong(name, error))
    }

    /// The value of a setting, if it is given.
    pub(super) fn optional<T: FromStr<Err: Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, Failure> {
        self.text(name).map(|_| self.parsed(name, "")).transpose()
    }

    /// What stands between the commas of a setting.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.text(name)
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(ToOwned::to_owned)
            .collect()
    }

    /// The first setting given whose name begins with `start`.
    pub(super) fn first(&self, start: &str) -> Option<&str> {
        self.0
            .keys()
            .find(|name| name.starts_with(start))
            .map(String::as_str)
    }
}

/// What is wrong with the setting `name`.
pub(super) fn wrong(name: &str, problem: impl Display) -> Failure {
    wrong_variable(&format!("{PREFIX}{name}"), problem)
}

fn wrong_variable(name: &str, problem: impl Display) -> Failure {
    Failure::Setting {
        name: name.to_owned(),
        problem: problem.to_string(),
    }
}

/// Settings with their values, as `check` prints them: without secrets.
pub(super) type Shown = Vec<(&'static str, String)>;

/// A value, or "none".
pub(super) fn or_none(value: Option<impl Display>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Whether there is a secret.
pub(super) fn secret(value: Option<&str>) -> String {
    or_none(value.map(|_| "set, not shown"))
}

/// A URL without user, password and query, which may hold them too. What is
/// no URL (libpq also takes `key=value`) is not shown at all.
pub(super) fn without_secret(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else {
        return "set, not shown".to_owned();
    };
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.set_query(None);
    parsed.set_fragment(None);
    parsed.to_string()
}
