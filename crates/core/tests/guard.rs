//! The no-grade guard on single texts: what a careful editor would stop, and
//! what a careful editor would let pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use group_inspection_core::language::{Rule, guard_text, guard_text_naming};

const STOPPED: &[&str] = &[
    "The trust is outstanding.",
    "Leadership in the group is Outstanding",
    "School remains Outstanding",
    "Outstanding practice in every school",
    "The group is good.",
    "Behaviour is now good.",
    "The quality of education remains good in all schools.",
    "The school was Good when it joined.",
    "It is a good trust.",
    "Good schools make a good group",
    "Eight schools are good or better.",
    "62% of schools are at least good",
    "Quality of education: Good",
    "Good",
    "School remains Good (Improving)",
    "Two schools require improvement.",
    "The trust requires improvement",
    "A school requiring improvement joined in May",
    "Governance is inadequate.",
    "The support was INADEQUATE",
    "Inclusion is exceptional.",
    "An exceptionally strong trust",
    "The group reaches a strong standard.",
    "Governance is at the expected standard.",
    "Attendance needs attention.",
    "Two schools need attention",
    "Achievement calls for urgent improvement.",
    "The group's grade",
    "Ofsted grades of the schools",
    "The trust was graded in May.",
    "It has no formal grading.",
    "The Ofsted rating of the group",
    "Highly rated by its schools",
    "The trust scores well.",
    "A balanced scorecard",
    "Its score was 81.",
    "It ranks third in the region.",
    "The highest ranked trust",
    "Top of the league",
    "League tables put it first",
    "A RAG report",
    "RAG-rated plans",
    "Red, amber, green for every school",
    "red/amber/green",
    "The plan is flagged amber.",
    "Attendance is amber",
    "A traffic-light system",
    "A colour-coded grid",
    "A five-star group",
    "Overall, the schools improved.",
    "The overall picture",
    "Schools in the top band",
    "Band 2 schools",
    "A school in a category of concern",
    "Two schools went into a category.",
    "The trust meets an acceptable standard.",
    "Its capacity to improve is strong.",
    "The group has the capacity to secure improvement.",
    "Failing schools joined the group.",
    "A high-performing trust",
    "An underperforming group",
    "Schools performing above average",
    "An above-average trust",
    "It does better than other trusts.",
    "Attendance is higher than in most schools: better than most trusts",
    "Compared with similar trusts, absence is low.",
    "It compares to other groups",
    "It outperforms its neighbours.",
    "In the bottom quartile of trusts",
    "The school was judged as safe.",
    "Inspectors' judgement",
    "A MATSE took place in 2022.",
    "The trust inspection of 2028",
    "The group gets 8/10.",
    "Leaders gave it 7 out of 10.",
    "Attendance ★★★★",
    "Phonics ✅",
    "Progress 🟢",
    "placed in special measures",
    "Serious weaknesses were found.",
];

const PASSED: &[&str] = &[
    "Schools share good practice.",
    "Good practice spreads through weekly coaching.",
    "A good range of books",
    "Staff are good at spotting early signs.",
    "It is good to see pupils read every day.",
    "It is good when staff plan together.",
    "Pupils make good use of the library.",
    "Plans arrived in good time.",
    "The goods lift was repaired.",
    "Good Friday falls in the holidays.",
    "Pupils eat good school meals.",
    "There is good trust between leaders and staff.",
    "Three actions are outstanding.",
    "Outstanding repairs cost £40,000.",
    "The outstanding balance was paid.",
    "Leave is given in exceptional circumstances.",
    "Pupils' GCSE grades rose.",
    "Predicted grades for students were too high.",
    "Pupils reach the expected standard in reading and maths.",
    "Scaled scores in reading rose.",
    "Phonics test scores rose.",
    "The building has an energy rating of B.",
    "The kitchen has a food hygiene rating.",
    "The rank and file met.",
    "The football league meets on Fridays.",
    "A netball league for all schools",
    "Pupils made rag dolls.",
    "The school is next to a road with traffic lights.",
    "The green logo is on the door.",
    "The Red Cross trained staff.",
    "Pay bands were published.",
    "The school band played.",
    "A wide category of needs",
    "The plan gives staff the capacity to improve attendance.",
    "Attendance improved in three schools.",
    "Improvement is required in two kitchens.",
    "Pupils with special educational needs get attention early.",
    "The group will improve urgently needed transport.",
    "The trust works with other trusts on training.",
    "Leaders learned from other groups.",
    "Absence is below the national figure.",
    "Fewer pupils were absent than in 2024.",
    "The ungraded group inspection opened in May.",
    "Upgrades to the website",
    "Boiler upgrade and degraded cables",
    "Staff wear overalls in the workshop.",
    "Separating waste, operating costs and narrating stories",
    "Scottish pupils and starring roles",
    "Pupils started in September.",
    "Strong links with parents helped attendance.",
    "Weak Wi-Fi slowed lessons.",
    "The board agreed a scheme of delegation.",
    "Persistent absence fell from 24% to 19% of pupils.",
    "Seven out of ten parents replied.",
    "7 out of 10 parents replied to the survey.",
    "The survey ran until 01/10/2025.",
    "Teachers are on call 24/7.",
    "Pupils in Year 7 and Key Stage 3",
    "The trust measured what changed.",
    "A monitoring inspection took place in June.",
    "Inspection of each school with a religious character",
    "The audit found no serious weakness in payroll.",
    "Accelerated reading in Beacon House",
    "Leaders set expectations for standards of dress.",
    "Trustees inspect the accounts.",
    "Most schools, 11 of the 12, use one programme.",
    "One of the seven schools closed early.",
];

#[test]
fn dr_02_stops_what_reads_as_a_grade() {
    let passed: Vec<&&str> = STOPPED
        .iter()
        .filter(|text| guard_text(text).is_empty())
        .collect();
    assert_eq!(passed, [&""; 0]);
}

#[test]
fn dr_02_lets_plain_english_pass() {
    let stopped: Vec<_> = PASSED
        .iter()
        .map(|text| (text, guard_text(text)))
        .filter(|(_, terms)| !terms.is_empty())
        .collect();
    assert_eq!(stopped, []);
}

#[test]
fn dr_02_sees_through_disguises() {
    for text in [
        "OUTSTANDING trust",
        "out\u{ad}standing trust",
        "out\u{200b}standing trust",
        "оutstаnding trust",
        "οutstanding trust",
        "ｏｕｔｓｔａｎｄｉｎｇ trust",
        "𝐨𝐮𝐭𝐬𝐭𝐚𝐧𝐝𝐢𝐧𝐠 trust",
        "ⓞⓤⓣⓢⓣⓐⓝⓓⓘⓝⓖ trust",
        "óutstanding trust",
        "o\u{301}utstanding trust",
        "0utstanding trust",
        "out-standing trust",
        "o u t s t a n d i n g trust",
        "1nadequate support",
        "g.r.a.d.e",
        "inadequаte",
        "needs\u{a0}attention",
        "needs-attention",
        "requires\nimprovement",
    ] {
        assert!(!guard_text(text).is_empty(), "passed: {text:?}");
    }
}

#[test]
fn dr_02_names_of_bodies_and_schools_are_no_terms() {
    let names = ["Good Shepherd Primary School", "Outstanding Oaks Trust"];
    assert_eq!(
        guard_text_naming(
            "Outstanding Oaks Trust runs Good Shepherd Primary School.",
            &names
        ),
        []
    );
    assert_eq!(
        guard_text_naming("The trust is outstanding.", &names).len(),
        1
    );
}

#[test]
fn dr_02_says_where_the_term_stands() {
    let text = "The trust is оutstanding.";
    let terms = guard_text(text);
    assert_eq!(terms.len(), 1);
    assert_eq!(&text[terms[0].start..terms[0].end], "оutstanding");
    assert_eq!(terms[0].rule, Rule::ProxyGrade);
}

#[test]
fn dr_08_quantity_words_must_match_their_counts() {
    for (text, stopped) in [
        ("Most of the schools (8 of the 12) use it.", true),
        (
            "A large majority of the schools (8 of the 12) use it.",
            false,
        ),
        ("A majority of schools, 8 of the 12, use it.", true),
        ("Half of the schools (6 of the 12) use it.", false),
        ("Few schools (six of the 12) use it.", true),
        ("Most schools (six of the seven) use it.", true),
        (
            "Four of the seven schools do most of their training online.",
            false,
        ),
        ("Six of the 12 schools use it at most once a year.", false),
        ("Most schools use it. One of the 12 closed.", false),
    ] {
        let found = guard_text(text)
            .iter()
            .any(|term| term.rule == Rule::Quantity);
        assert_eq!(found, stopped, "{text}");
    }
}

#[test]
fn dr_08_few_schools_are_counted_and_not_given_as_a_percentage() {
    for (text, stopped) in [
        ("In 43% of schools, three of the seven, absence fell.", true),
        (
            "In 43 per cent of schools (three of the seven) absence fell.",
            true,
        ),
        ("Absence fell by 4% in three schools.", false),
        ("In 58% of schools, 7 of the 12, absence fell.", false),
    ] {
        let found = guard_text(text)
            .iter()
            .any(|term| term.rule == Rule::Percentage);
        assert_eq!(found, stopped, "{text}");
    }
}

#[test]
fn names_of_people_are_found() {
    for (text, stopped) in [
        ("Mrs Patel leads on attendance.", true),
        ("Dr. Jones chairs the board.", true),
        ("Pupils miss days.", false),
        ("Miss a day, miss a lot.", false),
        ("The headteacher is new.", false),
    ] {
        let found = guard_text(text)
            .iter()
            .any(|term| term.rule == Rule::Person);
        assert_eq!(found, stopped, "{text}");
    }
}
