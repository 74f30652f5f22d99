//! Recipients by kind of body, after the table in domain.md 9.5.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Addressee, Circle, GroupFacts};
use crate::body::BodyKind;

/// An office that is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// Chair of trustees, of a trust.
    ChairOfTrustees,
    /// Accounting officer or chief executive, of a trust.
    AccountingOfficer,
    /// The members' contact, of a trust.
    MembersContact,
    /// Chief executive of a local authority.
    ChiefExecutive,
    /// Director of children's services.
    DirectorOfChildrensServices,
    /// Lead member for children's services.
    LeadMember,
    /// Chief finance officer under section 151.
    ChiefFinanceOfficer,
    /// Chair of the scrutiny committee.
    ScrutinyChair,
    /// Chair of governors, of a federation.
    ChairOfGovernors,
    /// Executive head.
    ExecutiveHead,
    /// Clerk to the governors.
    Clerk,
    /// Director of education, of a diocese.
    DirectorOfEducation,
    /// Bishop or diocesan secretary.
    DiocesanSecretary,
    /// Chair of the diocesan board of education.
    ChairOfBoardOfEducation,
    /// Chair, of a foundation or umbrella trust, sponsor or other body.
    Chair,
    /// Company secretary.
    CompanySecretary,
    /// Proprietor or the chair of its board.
    Proprietor,
    /// Principal officer, of a group of schools.
    PrincipalOfficer,
    /// Regions Group of the Department for Education.
    RegionsGroup,
    /// Independent education team of the Department for Education.
    IndependentEducationTeam,
    /// Inspectorates of the independent schools: Ofsted and ISI.
    SchoolInspectorates,
    /// Charity Commission.
    CharityCommission,
    /// Religious authority of member schools.
    ReligiousAuthority,
    /// Local authority where member schools sit.
    LocalAuthority,
    /// Sponsor of member schools.
    Sponsor,
    /// Foundation of member schools.
    Foundation,
    /// Governing body of a member school.
    GoverningBody,
    /// Head of a member school.
    HeadOfMemberSchool,
    /// Staff association.
    StaffAssociation,
    /// Subscribers to the feed.
    Subscribers,
}

/// When an office is told at all, and how many of it there are.
#[derive(Clone, Copy)]
enum Each {
    One,
    IfCharity,
    ReligiousAuthority,
    LocalAuthority,
    Sponsor,
    Foundation,
    MemberSchool,
    StaffAssociation,
}

type Line = (Circle, Post, Each);

const fn body(post: Post) -> Line {
    (Circle::Body, post, Each::One)
}

const fn entitled(post: Post, each: Each) -> Line {
    (Circle::Entitled, post, each)
}

const FOR_ALL: &[Line] = &[
    (Circle::Public, Post::HeadOfMemberSchool, Each::MemberSchool),
    (
        Circle::Public,
        Post::StaffAssociation,
        Each::StaffAssociation,
    ),
    (Circle::Public, Post::Subscribers, Each::One),
];

const ACADEMY_TRUST: &[Line] = &[
    body(Post::ChairOfTrustees),
    body(Post::AccountingOfficer),
    body(Post::MembersContact),
    entitled(Post::RegionsGroup, Each::One),
    entitled(Post::ReligiousAuthority, Each::ReligiousAuthority),
    entitled(Post::LocalAuthority, Each::LocalAuthority),
    entitled(Post::Sponsor, Each::Sponsor),
    entitled(Post::Foundation, Each::Foundation),
];

const LOCAL_AUTHORITY: &[Line] = &[
    body(Post::ChiefExecutive),
    body(Post::DirectorOfChildrensServices),
    body(Post::LeadMember),
    body(Post::ChiefFinanceOfficer),
    entitled(Post::ScrutinyChair, Each::One),
    entitled(Post::RegionsGroup, Each::One),
    entitled(Post::ReligiousAuthority, Each::ReligiousAuthority),
];

const FEDERATION: &[Line] = &[
    body(Post::ChairOfGovernors),
    body(Post::ExecutiveHead),
    body(Post::Clerk),
    entitled(Post::LocalAuthority, Each::LocalAuthority),
    entitled(Post::ReligiousAuthority, Each::ReligiousAuthority),
    entitled(Post::Foundation, Each::Foundation),
];

const DIOCESE: &[Line] = &[
    body(Post::DirectorOfEducation),
    body(Post::DiocesanSecretary),
    body(Post::ChairOfBoardOfEducation),
    entitled(Post::GoverningBody, Each::MemberSchool),
    entitled(Post::LocalAuthority, Each::LocalAuthority),
    entitled(Post::RegionsGroup, Each::One),
];

/// Also for sponsors, which the table does not name.
const FOUNDATION: &[Line] = &[
    body(Post::Chair),
    body(Post::CompanySecretary),
    entitled(Post::GoverningBody, Each::MemberSchool),
    entitled(Post::LocalAuthority, Each::LocalAuthority),
    entitled(Post::ReligiousAuthority, Each::ReligiousAuthority),
];

const INDEPENDENT: &[Line] = &[
    body(Post::Proprietor),
    body(Post::PrincipalOfficer),
    entitled(Post::IndependentEducationTeam, Each::One),
    entitled(Post::SchoolInspectorates, Each::One),
    entitled(Post::CharityCommission, Each::IfCharity),
    entitled(Post::ReligiousAuthority, Each::ReligiousAuthority),
];

const NON_MAINTAINED_SPECIAL: &[Line] = &[
    body(Post::Chair),
    body(Post::PrincipalOfficer),
    entitled(Post::RegionsGroup, Each::One),
    entitled(Post::CharityCommission, Each::IfCharity),
    entitled(Post::LocalAuthority, Each::LocalAuthority),
    entitled(Post::ReligiousAuthority, Each::ReligiousAuthority),
];

const fn lines(kind: BodyKind) -> &'static [Line] {
    match kind {
        BodyKind::MultiAcademyTrust
        | BodyKind::SingleAcademyTrust
        | BodyKind::SecureSingleAcademyTrust => ACADEMY_TRUST,
        BodyKind::LocalAuthority => LOCAL_AUTHORITY,
        BodyKind::Federation => FEDERATION,
        BodyKind::Diocese => DIOCESE,
        BodyKind::FoundationTrust | BodyKind::UmbrellaTrust | BodyKind::SchoolSponsor => FOUNDATION,
        BodyKind::IndependentGroup => INDEPENDENT,
        BodyKind::NonMaintainedSpecialGroup => NON_MAINTAINED_SPECIAL,
    }
}

/// Everyone who is ever told of a body of `kind`.
pub(super) fn all(kind: BodyKind, facts: &GroupFacts) -> impl Iterator<Item = Addressee> {
    lines(kind)
        .iter()
        .chain(FOR_ALL)
        .flat_map(|(circle, post, each)| {
            whose(*each, facts).into_iter().map(|of| Addressee {
                circle: *circle,
                post: *post,
                of,
            })
        })
}

/// Whose offices; one without a name where there is one only.
fn whose(each: Each, facts: &GroupFacts) -> Vec<Option<String>> {
    let named =
        |names: &std::collections::BTreeSet<String>| names.iter().cloned().map(Some).collect();
    match each {
        Each::One => vec![None],
        Each::IfCharity => facts.charity.then_some(None).into_iter().collect(),
        Each::ReligiousAuthority => named(&facts.religious_authorities),
        Each::LocalAuthority => named(&facts.local_authorities),
        Each::Sponsor => named(&facts.sponsors),
        Each::Foundation => named(&facts.foundations),
        Each::StaffAssociation => named(&facts.staff_associations),
        Each::MemberSchool => facts
            .member_schools
            .iter()
            .map(|urn| Some(urn.to_string()))
            .collect(),
    }
}
