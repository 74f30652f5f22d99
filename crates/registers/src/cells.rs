//! Typed reading of the cells of one row.

use std::{borrow::Cow, str::FromStr};

use chrono::NaiveDate;
use group_inspection_core::Urn;

use crate::{
    dates,
    header::{Column, Header},
    note::{NoteCode, Notes},
    rejection::{Rejection, RejectionCode},
    rows::Row,
    text,
};

/// The cells of one row, with the place to note repairs.
pub(crate) struct Cells<'a> {
    pub(crate) row: Row<'a>,
    pub(crate) line: u64,
    pub(crate) header: &'a Header,
    pub(crate) notes: &'a mut Notes,
}

impl<'a> Cells<'a> {
    /// The cell, decoded, trimmed and repaired; empty where the file has no
    /// such column.
    pub(crate) fn get(&mut self, column: Column) -> Cow<'a, str> {
        let Some(at) = column.0 else {
            return Cow::Borrowed("");
        };
        let (cell, repairs) = text::clean(self.row.cell(at));
        if repairs != text::Repairs::default() {
            for (repaired, code) in [
                (repairs.latin_control, NoteCode::LatinControlRepaired),
                (repairs.replacement, NoteCode::ReplacementCharacter),
                (repairs.control, NoteCode::ControlCharacterDropped),
                (repairs.spaces, NoteCode::SpacesCollapsed),
            ] {
                if repaired {
                    self.notes.add(code, Some(at), self.line, &cell);
                }
            }
        }
        cell
    }

    pub(crate) fn note(&mut self, code: NoteCode, column: Column, example: &str) {
        self.notes.add(code, column.0, self.line, example);
    }

    pub(crate) fn reject(
        &self,
        column: Column,
        value: &str,
        code: RejectionCode,
        reason: impl Into<String>,
    ) -> Rejection {
        let name = column.0.and_then(|at| self.header.name(at));
        Rejection::new(self.line, name, value, code, reason)
    }

    /// Text, unless the cell says in some word that there is none.
    pub(crate) fn text(&mut self, column: Column) -> Option<String> {
        let cell = self.get(column);
        (!text::says_nothing(&cell)).then(|| cell.into_owned())
    }

    /// Text that may read like a word for "none": names of schools and groups.
    pub(crate) fn name(&mut self, column: Column) -> Option<String> {
        let cell = self.get(column);
        (!cell.is_empty() && cell != "NULL").then(|| cell.into_owned())
    }

    pub(crate) fn needed_name(&mut self, column: Column) -> Result<String, Rejection> {
        self.name(column)
            .ok_or_else(|| self.reject(column, "", RejectionCode::Missing, "the name is missing"))
    }

    pub(crate) fn date(&mut self, column: Column) -> Result<Option<NaiveDate>, Rejection> {
        let cell = self.get(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        dates::parse(&cell).map(Some).ok_or_else(|| {
            self.reject(
                column,
                &cell,
                RejectionCode::BadDate,
                "not a date (dd-mm-yyyy, dd/mm/yyyy or yyyy-mm-dd)",
            )
        })
    }

    /// The cell without the `.0` that spreadsheets and data frames add.
    pub(crate) fn whole(&mut self, column: Column) -> Cow<'a, str> {
        let cell = self.get(column);
        let Some((digits, zeros)) = cell.split_once('.') else {
            return cell;
        };
        if !is_digits(digits.strip_prefix('-').unwrap_or(digits))
            || zeros.is_empty()
            || zeros.bytes().any(|byte| byte != b'0')
        {
            return cell;
        }
        self.note(NoteCode::DecimalPartDropped, column, &cell);
        Cow::Owned(digits.to_owned())
    }

    pub(crate) fn number<T: FromStr + PartialOrd>(
        &mut self,
        column: Column,
        least: T,
        most: T,
    ) -> Result<Option<T>, Rejection> {
        let cell = self.whole(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        let number = is_digits(cell.strip_prefix('-').unwrap_or(&cell))
            .then(|| cell.parse::<T>().ok())
            .flatten()
            .filter(|number| (&least..=&most).contains(&number));
        number.map(Some).ok_or_else(|| {
            let reason = "not a whole number within the bounds of the column";
            self.reject(column, &cell, RejectionCode::BadNumber, reason)
        })
    }

    /// A percentage from 0 to 100, with or without its sign.
    pub(crate) fn percentage(&mut self, column: Column) -> Result<Option<f64>, Rejection> {
        let cell = self.get(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        let digits = cell.strip_suffix('%').unwrap_or(&cell).trim_end();
        let plain = digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number = plain
            .then(|| digits.parse::<f64>().ok())
            .flatten()
            .filter(|number| (0.0..=100.0).contains(number));
        number.map(Some).ok_or_else(|| {
            let reason = "not a percentage from 0 to 100";
            self.reject(column, &cell, RejectionCode::BadNumber, reason)
        })
    }

    pub(crate) fn urn(&mut self, column: Column) -> Result<Option<Urn>, Rejection> {
        let cell = self.whole(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        let urn = is_digits(&cell).then(|| cell.parse().ok()).flatten();
        urn.map(Some)
            .ok_or_else(|| self.reject(column, &cell, RejectionCode::BadUrn, "not a URN"))
    }

    pub(crate) fn needed_urn(&mut self, column: Column) -> Result<Urn, Rejection> {
        self.urn(column)?
            .ok_or_else(|| self.reject(column, "", RejectionCode::Missing, "the URN is missing"))
    }

    /// Unique identifier of a group: digits.
    pub(crate) fn uid(&mut self, column: Column) -> Result<Option<String>, Rejection> {
        self.digits(column, 1, 10, "not a group UID (digits)")
    }

    pub(crate) fn needed_uid(&mut self, column: Column) -> Result<String, Rejection> {
        self.uid(column)?.ok_or_else(|| {
            self.reject(
                column,
                "",
                RejectionCode::Missing,
                "the group UID is missing",
            )
        })
    }

    pub(crate) fn ukprn(&mut self, column: Column) -> Result<Option<String>, Rejection> {
        self.digits(column, 8, 8, "not a UKPRN (eight digits)")
    }

    /// Local authority code; 000 and 999 mean none.
    pub(crate) fn la_code(&mut self, column: Column) -> Result<Option<String>, Rejection> {
        let code = self.digits(column, 3, 3, "not a local authority code (three digits)")?;
        Ok(code.filter(|code| code != "000" && code != "999"))
    }

    fn digits(
        &mut self,
        column: Column,
        least: usize,
        most: usize,
        reason: &str,
    ) -> Result<Option<String>, Rejection> {
        let cell = self.whole(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        if is_digits(&cell) && (least..=most).contains(&cell.len()) {
            Ok(Some(cell.into_owned()))
        } else {
            Err(self.reject(column, &cell, RejectionCode::BadIdentifier, reason))
        }
    }

    /// Companies House number: eight characters, with the zeros that
    /// spreadsheets drop put back.
    pub(crate) fn companies_house(&mut self, column: Column) -> Result<Option<String>, Rejection> {
        let cell = self.whole(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        if is_digits(&cell) && cell.len() < 8 {
            self.note(NoteCode::CompaniesHousePadded, column, &cell);
            return Ok(Some(format!("{cell:0>8}")));
        }
        if cell.len() == 8 && cell.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Some(cell.to_ascii_uppercase()));
        }
        let reason = "not a Companies House number (eight characters)";
        Err(self.reject(column, &cell, RejectionCode::BadIdentifier, reason))
    }

    /// Two-character code, with the zero that spreadsheets drop put back.
    pub(crate) fn type_code(&mut self, column: Column) -> Result<Option<String>, Rejection> {
        let cell = self.whole(column);
        if text::is_absent(&cell) {
            return Ok(None);
        }
        if is_digits(&cell) && cell.len() == 1 {
            self.note(NoteCode::TypeCodePadded, column, &cell);
            return Ok(Some(format!("0{cell}")));
        }
        if cell.len() == 2 && cell.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Some(cell.into_owned()));
        }
        let reason = "not a type code (two characters)";
        Err(self.reject(column, &cell, RejectionCode::BadIdentifier, reason))
    }

    /// A value from a closed list, by code and, where the code is missing, by
    /// name. Unknown ones reject the row (DR-39).
    pub(crate) fn coded<T>(
        &mut self,
        (code, name): (Column, Column),
        from_code: impl Fn(&str) -> Option<T>,
        from_name: impl Fn(&str) -> Option<T>,
        what: &str,
    ) -> Result<Option<T>, Rejection> {
        let cell = self.whole(code);
        let (column, cell, found) = if cell.is_empty() || cell == "NULL" {
            let cell = self.get(name);
            if cell.is_empty() || cell == "NULL" {
                return Ok(None);
            }
            let found = from_name(&cell);
            (name, cell, found)
        } else {
            let found = from_code(&cell);
            (code, cell, found)
        };
        found.map(Some).ok_or_else(|| {
            let reason = format!("not a known {what}");
            self.reject(column, &cell, RejectionCode::UnknownValue, reason)
        })
    }

    pub(crate) fn needed<T>(
        &self,
        value: Option<T>,
        column: Column,
        what: &str,
    ) -> Result<T, Rejection> {
        value.ok_or_else(|| {
            let reason = format!("the {what} is missing");
            self.reject(column, "", RejectionCode::Missing, reason)
        })
    }
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
