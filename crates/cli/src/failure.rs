//! Why a command failed, for the person who ran it.

/// A failure with what was being done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A setting is wrong.
    #[error("{name}: {problem}")]
    Setting {
        /// Environment variable.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something did not work.
    #[error("{doing}: {cause}")]
    Because {
        /// What was being done.
        doing: String,
        /// What went wrong.
        cause: String,
    },
}

impl Failure {
    /// A failure while `doing` something.
    pub(crate) fn because(doing: &str, cause: impl std::fmt::Display) -> Self {
        Self::Because {
            doing: doing.to_owned(),
            cause: cause.to_string(),
        }
    }
}

impl From<group_inspection_store::Error> for Failure {
    fn from(error: group_inspection_store::Error) -> Self {
        Self::because("the database", error)
    }
}
