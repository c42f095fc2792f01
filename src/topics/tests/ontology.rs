use crate::topics::Ontology;

const HEADER: &str = "id\tslug\tparents\ten\tde\taliases_en\taliases_de\tambiguous\thashtags";

fn table(rows: &[&str]) -> String {
    let rows: Vec<_> = rows.iter().map(|row| row.replace(' ', "\t").replace('_', " ")).collect();
    format!("# A table.\n{HEADER}\n{}\n", rows.join("\n"))
}

fn wrong(rows: &[&str]) -> String {
    Ontology::parse(&table(rows)).unwrap_err().to_string()
}

#[test]
fn the_built_in_table_is_valid_and_its_topics_have_fields_and_labels() {
    let ontology = Ontology::built_in().unwrap();
    let rust = ontology.topics().find(|topic| topic.slug == "rust").unwrap();
    assert_eq!(rust.id.to_string(), "Q575650");
    let fields: Vec<_> = ontology
        .fields(rust.id)
        .iter()
        .map(|id| ontology.topic(*id).unwrap().slug.as_str())
        .collect();
    assert_eq!(fields, ["software-development"]);
    let tax = ontology.topics().find(|topic| topic.slug == "social-media").unwrap();
    assert_eq!((tax.label(Some("de")), tax.label(None)), ("Soziale Medien", "Social media"));
    assert_eq!(ontology.version().len(), 12);
}

#[test]
fn other_bytes_are_another_version() {
    let one = Ontology::parse(&table(&["Q1 a  A A    "])).unwrap();
    let two = Ontology::parse(&table(&["Q1 a  A B    "])).unwrap();
    assert_ne!(one.version(), two.version());
}

#[test]
fn errors_name_the_line_and_the_column() {
    for (rows, expected) in [
        (&["Q1 a x A A    "][..], "line 3, parents: `x` is no slug"),
        (&["Q1 a b A A    ", "Q2 b a B B    "], "line 3, parents: are in a circle"),
        (&["Q1 a a A A    "], "line 3, parents: are in a circle"),
        (&["Q1 a  A A    ", "Q1 b  B B    "], "line 4, id: is also the id of line 3"),
        (&["Q1 a  A A    ", "Q2 a  B B    "], "line 4, slug: is also the slug of line 3"),
        (&["Q1 a  A     "], "line 3, de: is empty"),
        (&["Q1 a  _ A    "], "line 3, en: is empty"),
        (&["q1 a  A A    "], "line 3, id: `q1` is no Wikidata item"),
        (&["Q0 a  A A    "], "line 3, id: `Q0` is no Wikidata item"),
        (&["Q1 A  A A    "], "line 3, slug: `A` is not lower case"),
        (&["Q1 a  A A B||C   "], "line 3, aliases_en: has an empty entry"),
        (&["Q1 a  A A   B "], "line 3, ambiguous: `B` is no name of the topic"),
        (&["Q1 a  A A"], "line 3, line: has 5 columns, not 9"),
        (&[][..], "line 3, line: has 1 columns, not 9"),
    ] {
        assert!(wrong(rows).starts_with(expected), "{} is not {expected}", wrong(rows));
    }
    let header = Ontology::parse("id\tslug\n").unwrap_err();
    assert_eq!((header.line, header.field), (1, "line"));
}

#[test]
fn tables_too_large_are_turned_away() {
    let long = format!("Q1\ta\t\tA\t{}\t\t\t\t", "b".repeat(1 << 16));
    let error = Ontology::parse(&format!("{HEADER}\n{long}\n")).unwrap_err();
    assert_eq!(error.to_string(), "line 2, line: is longer than 65536 bytes");
    let row = |number: usize| format!("Q{number}\ts{number}\t\tA\tA\t\t\t\t\n");
    let rows: String = (1..=100_001).map(row).collect();
    let error = Ontology::parse(&format!("{HEADER}\n{rows}")).unwrap_err();
    assert_eq!(error.to_string(), "line 100002, line: is one topic more than 100000");
}
