use super::*;

const FILE: &str = include_str!("../../models/2026.11.toml");

fn faults(edits: &[(&str, &str)]) -> Vec<String> {
    let mut text = FILE.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    look(&text, Digest::from_bytes([0; 32])).faults
}

#[test]
fn the_shipped_file_has_no_fault_and_a_reason_for_every_number() {
    let looked = look(FILE, Digest::from_bytes([0; 32]));
    assert!(looked.model.is_some() && looked.faults.is_empty(), "{:?}", looked.faults);
    assert!(looked.numbers.len() > 60);
    let fitted: Vec<_> = looked.numbers.iter().filter(|number| number.origin == "fitted").collect();
    let fitted: Vec<_> = fitted.iter().map(|number| number.field.as_str()).collect();
    assert_eq!(fitted, ["scale.a", "scale.b", "interval.q"]);
}

#[test]
fn all_faults_are_named_at_once_with_their_fields() {
    let found = faults(&[
        ("weight = { value = 0.25", "weight = { value = -0.25"),
        ("pooled_reactions = { value = 1.0", "pooled_reactions = { value = nan"),
        ("origin = \"chosen\"", "origin = \"guessed\""),
        (
            "like = { value = 1.0, origin = \"chosen\", reason = \"the unit\" }",
            "like = { value = 1.0, origin = \"chosen\" }",
        ),
        ("[rate.mastodon]", "[rate.myspace]"),
        ("endorsement = {", "star = {"),
        ("[kind.approval]", "[kind.applause]"),
    ]);
    let starts = [
        "interval.half_life_days must say",
        "thresholds.pooled_reactions is not a finite number",
        "kind.curation.weight is -0.25",
        "rate.x.like has no `reason`",
        "kind.applause is no kind",
        "kind.approval is missing",
        "rate.myspace is no channel",
        "rate.linkedin.star is no signal",
        "rate.mastodon.like is missing",
        "rate.mastodon.reshare is missing",
        "rate.mastodon.reply is missing",
        "rate.linkedin.endorsement is missing",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for start in starts {
        assert!(found.iter().any(|fault| fault.starts_with(start)), "{start}: {found:#?}");
    }
}

#[test]
fn what_concerns_several_numbers_is_told_when_no_other_fault_is_left() {
    let found = faults(&[("emerging_items = { value = 3", "emerging_items = { value = 6")]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("topics.emerging_items"), "{found:?}");
    assert!(faults(&[("version = \"", "version = ")])[0].contains("not TOML"));
}

#[test]
fn a_calibrated_file_differs_in_what_was_found_and_nothing_else() {
    let changes = Changes {
        version: "2027.01",
        fit: Fit { a: -1.123_456_78, b: 0.5, q: 3.25 },
        sample: "somebody's",
        digest: Digest::from_bytes([171; 32]),
        persons: 1_234,
    };
    let text = rewrite(FILE, &changes).unwrap();
    let model = look(&text, Digest::from_bytes([0; 32])).model.unwrap();
    assert_eq!(
        (model.version.as_str(), model.reference.sample.as_str()),
        ("2027.01", "somebody's")
    );
    assert_eq!(model.reference.sha256, "ab".repeat(32));
    assert!((model.a + 1.123_457).abs() < 1e-12 && (model.q - 3.25).abs() < 1e-12);
    let different: Vec<_> =
        FILE.lines().zip(text.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(FILE.lines().count(), text.lines().count());
    assert_eq!(different.len(), 6, "{different:#?}");
    for (old, new) in different {
        assert_eq!(old.split('=').next(), new.split('=').next());
    }
    assert!(text.contains("abababababab…, 1234 persons"), "{text}");
}

#[test]
fn equal_rates_share_a_row_and_every_number_has_one() {
    let looked = look(FILE, Digest::from_bytes([0; 32]));
    let table = table(&looked.numbers);
    for number in &looked.numbers {
        let name = number.field.trim_start_matches("rate.");
        assert!(table.contains(&format!("`{name}`")), "{}", number.field);
    }
    assert_eq!(table.lines().filter(|line| line.starts_with("| `rate.`")).count(), 2);
}
