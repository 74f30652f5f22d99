//! The facts of a match in words, for the decision-maker.

use chrono::NaiveDate;

use super::{Because, DeclarationGap, Match, PartnershipForm, Touch};
use crate::team::{Capacity, Institution, Level};

pub(super) fn explain(found: &Match) -> String {
    let rule = found.rule.code();
    let facts = match &found.because {
        Because::Post {
            post: _,
            at,
            capacity,
            level,
            touch,
            to,
        } => format!(
            "{}{} at {}, {}{}.",
            match level {
                Level::Top => "Chief executive, head or chair: ",
                Level::Leadership => "Leadership post: ",
                Level::Other => "",
            },
            match capacity {
                Capacity::Employee => "employee",
                Capacity::Officer => "officer",
                Capacity::Trustee => "trustee",
                Capacity::Member => "member of the trust",
                Capacity::Governor => "governor",
                Capacity::Contractor => "contractor",
            },
            place(at),
            belongs(*touch),
            until(*to),
        ),
        Because::Interest {
            interest: _,
            about,
            touch,
            to,
            pence,
        } => format!(
            "{}, concerning {}, {}{}{}.",
            match found.rule {
                super::Rule::C01 | super::Rule::C02 | super::Rule::C03 => "A declared post",
                super::Rule::C04 => "Declared advice, training or review",
                super::Rule::C05 => "A declared application or negotiation",
                super::Rule::C06 => "A declared offer of employment",
                super::Rule::C07 => "Declared close family",
                super::Rule::C08 => "A declared friendship or dispute",
                super::Rule::C09 => "A declared financial interest",
                super::Rule::C10 => "A declared local interest",
                super::Rule::C11 => "A declared bid, merger or transfer",
                super::Rule::C12 => "A declared shared organisation",
                super::Rule::C13 => "A declared inspection of the person's own group",
                super::Rule::C14 => "A declared earlier inspection",
                super::Rule::C15 => "Declared work for another authority",
                super::Rule::C16 => "Declared residence in the catchment",
                super::Rule::C17 => "A declared public position or litigation",
                super::Rule::C18 => "A declared gift or hospitality",
                super::Rule::C19 => "Declared casework",
                super::Rule::C20 => "Declared membership of a religious body",
                super::Rule::C21 => "A declaration",
                super::Rule::C22 => "A declared concern, complaint or safeguarding matter",
            },
            place(about),
            belongs(*touch),
            until(*to),
            pence.map_or_else(String::new, |pence| format!(
                ", worth £{}.{:02}",
                pence / 100,
                pence % 100
            )),
        ),
        Because::Neighbours {
            theirs,
            ours,
            metres,
            same_authority,
            same_phase,
            pairs,
        } => format!(
            "School {theirs} of the person's own group {} member school {ours}, {}, {}. The rule \
             applies to {pairs} {} of schools.",
            metres.map_or_else(
                || "is at an unknown distance from".to_owned(),
                |metres| format!("is {metres} m from")
            ),
            if *same_authority {
                "in the same local authority"
            } else {
                "not in the same local authority"
            },
            if *same_phase {
                "of the same phase"
            } else {
                "of a phase that is not known"
            },
            if *pairs == 1 { "pair" } else { "pairs" },
        ),
        Because::Transfer {
            transfer: _,
            by,
            concerning,
            touch,
            to,
        } => format!(
            "The person's own group, body {by}, has an interest in taking over or merging with \
             {}, {}{}.",
            place(concerning),
            belongs(*touch),
            until(*to),
        ),
        Because::SharedBody { body } => {
            format!("The person's own group and the group share body {body}.")
        }
        Because::SharedPartnership {
            partnership: _,
            form,
        } => format!(
            "The person's own group and the group share a {}.",
            match form {
                PartnershipForm::Company => "company",
                PartnershipForm::UmbrellaTrust => "umbrella trust",
                PartnershipForm::TeachingSchoolHub => "teaching-school hub",
                PartnershipForm::Scitt => "provider of initial teacher training",
                PartnershipForm::Diocese => "diocese",
                PartnershipForm::BuyingConsortium => "buying consortium",
            }
        ),
        Because::InspectedBy {
            inspection: _,
            inspector: _,
            on,
        } => format!(
            "Someone of the group inspected the person's own group; fieldwork ended on {on}."
        ),
        Because::Inspected {
            inspection: _,
            of,
            lead,
            on,
        } => format!(
            "{} an inspection of {}; fieldwork ended on {on}.",
            if *lead { "Led" } else { "Took part in" },
            place(of),
        ),
        Because::Declaration { gap } => match gap {
            DeclarationGap::Missing => "There is no declaration.".to_owned(),
            DeclarationGap::ForAnother => {
                "The declaration is another person's or for another inspection.".to_owned()
            }
            DeclarationGap::NotYetMade => "The declaration is dated in the future.".to_owned(),
            DeclarationGap::Expired { counted_until } => {
                format!("The declaration counted until {counted_until}.")
            }
            DeclarationGap::NotConfirmed { frozen_at } => format!(
                "The declaration was not confirmed since the list of schools was frozen at \
                 {frozen_at}."
            ),
        },
        Because::Concern { concern: _, touch } => {
            format!("Named in an open concern about what {}.", belongs(*touch))
        }
    };
    match found.look_back_from {
        Some(from) => format!("{rule}: {facts} The rule looks back to {from}."),
        None => format!("{rule}: {facts}"),
    }
}

fn place(at: &Institution) -> String {
    match at {
        Institution::Body(body) => format!("body {body}"),
        Institution::School(urn) => format!("school {urn}"),
        Institution::Inspectorate => "the inspectorate".to_owned(),
        Institution::Other(name) => name.clone(),
    }
}

fn belongs(touch: Touch) -> String {
    match touch {
        Touch::Body => "is the responsible body".to_owned(),
        Touch::MemberSchool => "is a member school".to_owned(),
        Touch::PredecessorOf(urn) => format!("is a predecessor of member school {urn}"),
        Touch::FormerMember => "was a member school then".to_owned(),
        Touch::Associate => "is associated with member schools".to_owned(),
    }
}

fn until(to: Option<NaiveDate>) -> String {
    to.map_or_else(|| ", now".to_owned(), |to| format!(", until {to}"))
}
