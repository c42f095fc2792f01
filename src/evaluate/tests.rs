use std::fmt::Write as _;
use std::path::Path;

use super::report::{Row, Verdict};
use super::*;
use crate::domain::model::tests::model;
use crate::domain::time::Day;

/// A post as a row of Posts.xml.
struct Line {
    id: u32,
    parent: Option<u32>,
    owner: u32,
    day: i32,
    score: i32,
    more: &'static str,
}

fn write(folder: &Path, posts: &[Line], votes: &[(u32, u32, i32)]) {
    let date = |day: i32| format!("{}T08:00:00.000", Day::from_number(day));
    let mut text = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<posts>\n".to_owned();
    for Line { id, parent, owner, day, score, more } in posts {
        let kind = parent.map_or("PostTypeId=\"1\"".to_owned(), |parent| {
            format!("PostTypeId=\"2\" ParentId=\"{parent}\"")
        });
        let _ = writeln!(
            text,
            "  <row Id=\"{id}\" {kind} OwnerUserId=\"{owner}\" CreationDate=\"{}\" \
             Score=\"{score}\" Body=\"&lt;p&gt;Id=&quot;7&quot;&lt;/p&gt;\" {more} />",
            date(*day)
        );
    }
    std::fs::write(folder.join("Posts.xml"), text + "</posts>\n").unwrap();
    let mut text = "<votes>\n".to_owned();
    for (post, kind, day) in votes {
        let _ = writeln!(
            text,
            "  <row PostId=\"{post}\" VoteTypeId=\"{kind}\" CreationDate=\"{}\" />",
            date(*day)
        );
    }
    std::fs::write(folder.join("Votes.xml"), text + "</votes>\n").unwrap();
}

/// Person 2 answers ten times about rust, on ten days, and asks about bread, which 3, 4 and 5
/// answer. Of 15 answers the tenth is of day 105: that is the cut.
fn invented(folder: &Path) {
    let question = |id, owner, more| Line { id, parent: None, owner, day: 100, score: 0, more };
    let answer = |id, parent, owner, day| {
        let score = if id == 20 { 2 } else { 1 };
        Line { id, parent: Some(parent), owner, day, score, more: "" }
    };
    let mut posts = vec![
        question(1, 1, "Tags=\"&lt;rust&gt;\" AcceptedAnswerId=\"11\""),
        question(2, 2, "Tags=\"|bread|\""),
    ];
    posts.extend((11..=20).zip(101..).map(|(id, day)| answer(id, 1, 2, day)));
    posts.extend((21..=23).zip(3..).map(|(id, owner)| answer(id, 2, owner, 101)));
    // A wiki, which credits nobody, and an answer to nothing that is known.
    posts.push(Line { more: "CommunityOwnedDate=\"x\"", ..answer(24, 1, 2, 101) });
    posts.push(answer(25, 999, 3, 101));
    let mut votes: Vec<_> =
        posts.iter().filter(|post| post.score > 0).map(|post| (post.id, 2, post.day)).collect();
    votes.extend([(11, 1, 102), (20, 2, 120)]);
    write(folder, &posts, &votes);
}

fn measured() -> Report {
    let folder = tempfile::tempdir().unwrap();
    invented(folder.path());
    let model = model();
    let options = Options { model: &model, seeds: 4, sample: None, finder: None };
    evaluate(folder.path(), &options, &mut |_| {}).unwrap()
}

fn row<'r>(report: &'r Report, question: &str, what: &str) -> &'r Row {
    let found = report.rows.iter().find(|row| row.question == question && row.what == what);
    found.unwrap_or_else(|| panic!("{question}: {what}: {}", report.draw()))
}

/// Cases and value, as counted by hand.
fn assert_counts(report: &Report, question: &str, expected: &[(&str, f64, Option<f64>)]) {
    for (what, n, value) in expected {
        let found = row(report, question, what);
        assert!((found.n - n).abs() < 1e-12, "{what}: {found:?}");
        let same = match (found.estimate, value) {
            (Some(found), Some(value)) => (found.value - value).abs() < 1e-12,
            (found, value) => found.is_none() && value.is_none(),
        };
        assert!(same, "{what}: {found:?}");
    }
}

#[test]
fn a_dump_is_read_as_its_rows_say() {
    let report = measured();
    assert_eq!((report.questions, report.answers, report.people, report.tags), (2, 15, 5, 2));
    assert_eq!(report.cut, Day::from_number(105).to_string());
    assert_eq!(report.today, Day::from_number(110).to_string());
}

#[test]
fn claims_from_a_random_half_are_counted_as_by_hand() {
    // Only person 2 has nine answers and more. Whichever five are known, they claim rust.
    assert_counts(
        &measured(),
        "claims, split halves",
        &[
            ("precision: the model's rule", 1.0, Some(1.0)),
            ("true topics that were claimed: the model's rule", 1.0, Some(1.0)),
            ("precision: the same, questions too", 1.0, Some(1.0)),
            ("precision: 5 or more answers, no window, no days", 1.0, Some(1.0)),
            ("precision: 8 or more answers, no window, no days", 0.0, None),
            // Three people answered the question about bread; person 2 never answered one.
            ("precision: audience interest alone", 1.0, Some(0.0)),
        ],
    );
    let model = row(&measured(), "claims, split halves", "precision: the model's rule").clone();
    assert_eq!(model.verdict, Some(Verdict::NotDecidable), "one claim decides nothing");
    assert!((model.estimate.unwrap().low - 0.2065).abs() < 1e-4, "four seeds are still one case");
}

#[test]
fn claims_from_the_first_part_of_the_time_are_counted_as_by_hand() {
    // Before the cut: four answers of person 2 about rust, one each of 3, 4 and 5 about bread.
    // After it: an answer about rust with two votes.
    assert_counts(
        &measured(),
        "claims, time split",
        &[
            ("precision: the model's rule", 0.0, None),
            ("true topics that were claimed: the model's rule", 1.0, Some(0.0)),
            ("precision: 1 or more answers, no window, no days", 4.0, Some(0.25)),
            ("precision: 2 or more answers, no window, no days", 1.0, Some(1.0)),
            ("precision: 3 or more answers, no window, no days", 1.0, Some(1.0)),
            ("precision: 5 or more answers, no window, no days", 0.0, None),
            ("precision: audience interest alone", 1.0, Some(0.0)),
        ],
    );
}

#[test]
fn people_are_counted_for_intervals_and_agreement_as_by_hand() {
    let report = measured();
    // Ten answers and a question that was answered: eleven items of person 2.
    let intervals = "interval, split halves";
    assert!((row(&report, intervals, "everybody with a score").n - 1.0).abs() < 1e-12);
    assert!((row(&report, intervals, "10 to 29 items").n - 1.0).abs() < 1e-12);
    assert_counts(&report, intervals, &[("3 to 9 items", 0.0, None)]);
    // Before the cut all five had a reaction, nobody ten; later votes only went to person 2.
    assert_counts(
        &report,
        "later votes, anybody",
        &[
            ("pairs in the right order (AUC): score", 5.0, Some(1.0)),
            ("pairs in the right order (AUC): sum of votes", 5.0, Some(1.0)),
            ("pairs in the right order (AUC): number of answers", 5.0, Some(1.0)),
        ],
    );
    assert_counts(
        &report,
        "later votes, scored",
        &[("pairs in the right order (AUC): score", 0.0, None)],
    );
}

#[test]
fn accepting_ones_own_answer_is_no_reaction_and_votes_count_from_their_day() {
    let folder = tempfile::tempdir().unwrap();
    let more = "Tags=\"|rust|\" AcceptedAnswerId=\"2\"";
    let posts = [
        Line { id: 1, parent: None, owner: 7, day: 100, score: 3, more },
        Line { id: 2, parent: Some(1), owner: 7, day: 101, score: 0, more: "" },
        Line { id: 3, parent: Some(1), owner: 8, day: 110, score: 0, more: "" },
    ];
    write(folder.path(), &posts, &[(1, 2, 109), (1, 2, 110), (1, 2, 111), (2, 1, 101), (1, 3, 50)]);
    let dump = Dump::read(folder.path(), None, &mut |_| {}).unwrap();
    assert_eq!(dump.cut, Day::from_number(110));
    let [question, own, _] = &dump.posts[..] else { panic!("three posts") };
    assert_eq!((question.all.votes, question.early.votes), (3, 0));
    assert_eq!((question.all.replies, question.early.replies), (1, 0));
    assert!(!own.all.accepted && !own.all.is_some());
    assert_eq!(dump.tags_of(own), [0]);
}

#[test]
fn without_votes_nothing_is_said_about_time() {
    let folder = tempfile::tempdir().unwrap();
    invented(folder.path());
    std::fs::remove_file(folder.path().join("Votes.xml")).unwrap();
    let model = model();
    let options = Options { model: &model, seeds: 1, sample: None, finder: None };
    let report = evaluate(folder.path(), &options, &mut |_| {}).unwrap();
    for question in ["claims, time split", "later votes"] {
        let row = report.rows.iter().find(|row| row.question == question).unwrap();
        assert_eq!((row.verdict, row.note), (Some(Verdict::NotDecidable), "needs Votes.xml"));
    }
    assert!(report.notes.iter().any(|note| note.starts_with("Votes.xml is missing")));
    let empty = tempfile::tempdir().unwrap();
    assert!(evaluate(empty.path(), &options, &mut |_| {}).is_err());
}
