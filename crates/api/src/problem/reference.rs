//! The reference of problems: `docs/errors.md`, and what pages say of each.

use std::fmt::Write as _;

use group_inspection_render::html::ProblemFacts;

use super::Code;

const INTRODUCTION: &str = "# Errors

Written by `group-inspection errors` from the enum that the service answers with.

Every error is a problem document (RFC 9457, `application/problem+json`): `type`
is the address of the kind, which can be opened; `code` is for programs and
stable; `detail` says what is the matter this time; `instance` is the request
id; `rule` names the rule of the domain that refuses; `errors` lists fields at
fault by JSON Pointer. A status alone never tells two kinds apart.
";

/// What a page says of a kind of problem.
#[must_use]
pub fn facts(code: Code) -> ProblemFacts {
    ProblemFacts {
        path: code.path(),
        code: code.code(),
        status: code.status(),
        title: code.title(),
        when: code.when(),
        remedy: code.remedy(),
        retry: code.retry().words(),
    }
}

/// The reference as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n| code | status | what it is |\n|---|---|---|\n");
    for code in Code::ALL {
        let (name, status, title) = (code.code(), code.status(), code.title());
        let _ = writeln!(text, "| [`{name}`](#{name}) | {status} | {title} |");
    }
    for code in Code::ALL {
        let ProblemFacts {
            path,
            code,
            status,
            title,
            when,
            remedy,
            retry,
        } = facts(*code);
        let _ = write!(
            text,
            "\n## {code}\n\n{title}.\n\n- Type: `{path}`\n- Status: {status}\n- When it happens: \
             {when}\n- What to do: {remedy}\n- Again? {retry}\n"
        );
    }
    text
}
