//! The entries of the register, in the order annex B lists them.

use chrono::NaiveDate;

use super::Entry;
use crate::body::BodyKind::{
    self, Diocese, Federation, FoundationTrust, IndependentGroup, LocalAuthority,
    MultiAcademyTrust, NonMaintainedSpecialGroup, SecureSingleAcademyTrust, SingleAcademyTrust,
    UmbrellaTrust,
};

/// Year, month and day.
type Day = (i32, u32, u32);

/// An entry that ships with the service.
#[derive(Debug, Clone, Copy)]
pub(super) struct BuiltIn {
    kinds: &'static [BodyKind],
    name: &'static str,
    source: Option<&'static str>,
    basis: &'static str,
    frequency: &'static str,
    output: &'static str,
    from: Option<Day>,
    until: Option<Day>,
}

impl BuiltIn {
    pub(super) fn entry(&self) -> Entry {
        let day = |(year, month, day): Day| NaiveDate::from_ymd_opt(year, month, day);
        Entry {
            kinds: self.kinds.to_vec(),
            arrangement: self.name.to_owned(),
            basis: self.basis.to_owned(),
            frequency: self.frequency.to_owned(),
            output: self.output.to_owned(),
            source: self.source.map(str::to_owned),
            checked_on: self.source.and_then(|_| day(CHECKED)),
            from: self.from.and_then(day),
            until: self.until.and_then(day),
        }
    }
}

const TRUSTS: &[BodyKind] = &[
    MultiAcademyTrust,
    SingleAcademyTrust,
    SecureSingleAcademyTrust,
];

/// The day on which the sources of the entries were last read.
const CHECKED: Day = (2026, 8, 31);

const fn checked(
    kinds: &'static [BodyKind],
    name: &'static str,
    source: &'static str,
    basis: &'static str,
    frequency: &'static str,
    output: &'static str,
) -> BuiltIn {
    BuiltIn {
        kinds,
        name,
        basis,
        frequency,
        output,
        source: Some(source),
        from: None,
        until: None,
    }
}

/// An entry from background knowledge, still to be verified.
const fn unchecked(
    kinds: &'static [BodyKind],
    name: &'static str,
    basis: &'static str,
    frequency: &'static str,
    output: &'static str,
) -> BuiltIn {
    BuiltIn {
        source: None,
        ..checked(kinds, name, "", basis, frequency, output)
    }
}

pub(super) const ARRANGEMENTS: &[BuiltIn] = &[
    checked(
        TRUSTS,
        "Inspection of every school by Ofsted",
        "GOV.UK: Inspection information for state-funded schools, for use from November 2025",
        "Education Act 2005, sections 5 and 8",
        "About every four years, with monitoring in between",
        "A report on each school",
    ),
    BuiltIn {
        // Royal Assent of the Children's Wellbeing and Schools Act 2026.
        from: Some((2026, 4, 29)),
        ..checked(
            &[MultiAcademyTrust],
            "Inspection of academy proprietors by the Chief Inspector",
            "legislation.gov.uk: Children's Wellbeing and Schools Act 2026, section 57",
            "Education and Inspections Act 2006, section 122A (inserted in 2026)",
            "To be set by regulations; expected no earlier than 2027 to 2028",
            "A written report",
        )
    },
    checked(
        TRUSTS,
        "External audit, regularity assurance and accounts to 31 August",
        "GOV.UK: Academy Trust Handbook and Academies Accounts Direction",
        "Companies Act 2006; funding agreement; Academy Trust Handbook; Accounts Direction",
        "Every year: to the Department for Education (DfE) by 31 December, on the website by \
         31 January, at Companies House by 31 May",
        "Published accounts",
    ),
    checked(
        TRUSTS,
        "Internal scrutiny report to the audit and risk committee",
        "GOV.UK: Academy Trust Handbook",
        "Academy Trust Handbook",
        "Every year, with the accounts",
        "Not published; summary in the accounts",
    ),
    checked(
        TRUSTS,
        "Oversight by DfE Regions Group, with warning and termination notices",
        "GOV.UK: Support and intervention in schools",
        "Funding agreement; Children's Wellbeing and Schools Act 2026; guidance on support and \
         intervention in schools",
        "All the time",
        "Notices are published",
    ),
    checked(
        TRUSTS,
        "Decisions of DfE Regions Group on growth, against the trust quality descriptions",
        "GOV.UK: Commissioning high-quality trusts",
        "Guidance without statutory force",
        "At each decision on growth",
        "Board minutes",
    ),
    unchecked(
        TRUSTS,
        "Charity law, with the Secretary of State as principal regulator",
        "Charities Act 2011 (exempt charity)",
        "All the time",
        "None",
    ),
    unchecked(
        TRUSTS,
        "Financial oversight, with school resource management advisers",
        "Academy Trust Handbook",
        "When triggered",
        "In part",
    ),
    unchecked(
        TRUSTS,
        "Denominational inspection of each school with a religious character",
        "Education Act 2005, section 48; funding agreement",
        "About every five years",
        "A report on each school",
    ),
    checked(
        &[LocalAuthority],
        "Inspection of every school by Ofsted",
        "GOV.UK: Inspection information for state-funded schools, for use from November 2025",
        "Education Act 2005, sections 5 and 8",
        "About every four years",
        "A report on each school",
    ),
    checked(
        &[LocalAuthority],
        "Warning notices and intervention in maintained schools",
        "GOV.UK: Support and intervention in schools",
        "Education and Inspections Act 2006, Part 4; Academies Act 2010, section 4",
        "When triggered",
        "Notices",
    ),
    unchecked(
        &[LocalAuthority],
        "Statutory guidance on support and intervention in schools",
        "Education and Inspections Act 2006, section 72",
        "All the time",
        "None",
    ),
    unchecked(
        &[LocalAuthority],
        "External audit, best value and commentary on value for money",
        "Local Audit and Accountability Act 2014; Local Government Act 1999",
        "Every year",
        "The auditor's report",
    ),
    unchecked(
        &[LocalAuthority],
        "Section 114 notice on finances",
        "Local Government Finance Act 1988",
        "When triggered",
        "The notice",
    ),
    unchecked(
        &[LocalAuthority],
        "Inspection of children's services by Ofsted, with focused visits",
        "Education and Inspections Act 2006, section 136",
        "About every three years, with visits in between",
        "Reports and letters",
    ),
    checked(
        &[LocalAuthority],
        "Area inspection of special educational needs and disability, with the Care Quality \
         Commission",
        "GOV.UK: Area SEND inspections: framework and handbook",
        "Children Act 2004, section 20",
        "At least once in five years",
        "A full report",
    ),
    unchecked(
        &[LocalAuthority],
        "Joint targeted area inspection",
        "Children Act 2004, section 20",
        "From time to time",
        "A letter",
    ),
    unchecked(
        &[LocalAuthority],
        "Ofsted inspection of arrangements for school improvement",
        "Education and Inspections Act 2006, section 136",
        "Last used in about 2013 to 2015",
        "A letter",
    ),
    unchecked(
        &[LocalAuthority],
        "Schools financial value standard and scheme for financing schools",
        "School Standards and Framework Act 1998, section 48",
        "Every year",
        "In part",
    ),
    unchecked(
        &[LocalAuthority],
        "Scrutiny committee; Local Government and Social Care Ombudsman",
        "Local Government Act 2000; Local Government Act 1974",
        "All the time",
        "Decisions",
    ),
    unchecked(
        &[Federation],
        "Inspection of every school; the governing body answers to the local authority",
        "Education Act 2005; Education Act 2002, section 24; regulations of 2003 and 2012",
        "About every four years",
        "A report on each school",
    ),
    unchecked(
        &[Federation],
        "Warning notice by the local authority; interim executive board",
        "Education and Inspections Act 2006, sections 60 to 69",
        "When triggered",
        "In part",
    ),
    unchecked(
        &[FoundationTrust],
        "Charity law, foundation governors and rules for school trusts",
        "School Standards and Framework Act 1998; Charities Act 2011",
        "Annual return if registered",
        "Entry in the register of charities",
    ),
    unchecked(
        &[UmbrellaTrust],
        "Company and charity filings; the schools are inspected one by one",
        "Companies Act 2006",
        "Every year",
        "Accounts",
    ),
    unchecked(
        &[Diocese],
        "Church of England: annual report of the diocesan board of education; denominational \
         inspections",
        "Diocesan Boards of Education Measure 2021; Education Act 2005, section 48",
        "Every year; about every five years",
        "Reports of denominational inspections",
    ),
    unchecked(
        &[Diocese],
        "Roman Catholic: Catholic Schools Inspectorate; canonical visitation",
        "Education Act 2005, section 48; canon 806",
        "About every five years",
        "A report on each school",
    ),
    checked(
        &[IndependentGroup],
        "Inspection of each association school by the Independent Schools Inspectorate",
        "isi.net: ISI framework and handbook",
        "Education and Skills Act 2008, sections 106 to 109; Independent School Standards 2014",
        "Every three years",
        "A report on each school",
    ),
    unchecked(
        &[IndependentGroup],
        "Inspection of each other school by Ofsted",
        "Education and Skills Act 2008, section 109",
        "About every three years",
        "A report on each school",
    ),
    checked(
        &[IndependentGroup],
        "Registration and enforcement by DfE, with action plans and restrictions",
        "legislation.gov.uk: Education and Skills Act 2008, sections 114 to 117",
        "Education and Skills Act 2008, sections 114 to 120",
        "When triggered",
        "In part",
    ),
    unchecked(
        &[IndependentGroup],
        "Charity Commission, where the group is a charity: accounts and serious incidents",
        "Charities Act 2011",
        "Every year",
        "Entry in the register of charities",
    ),
    unchecked(
        &[NonMaintainedSpecialGroup],
        "Ofsted; approval by the Secretary of State; charity or company audit",
        "Education Act 1996, section 342",
        "At different times",
        "Reports",
    ),
];
