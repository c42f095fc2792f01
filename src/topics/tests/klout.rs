use crate::topics::{KloutFiles, Ontology, import_klout};

const TOPICS: &str = "\
\"topicId\",\"topicSlug\",\"topicDisplayName\",\"wikiItemId\",\"freebaseMachineId\"
1,\"tech-super\",\"Technology\",\"Q11016\",\"a\"
2,\"technology\",\"Tech | Gadgets\",\"Q11016\",\"b\"
3,\"spark\",\"Spark\",\"Q3\",\"c\"
4,\"null-one\",\"Nothing\",\"null\",\"d\"
5,\"below-null\",\"Below\",\"Q5\",\"e\"
6,\"religion\",\"Religion\",\"Q6\",\"f\"
7,\"a-church\",\"Some Place\",\"Q7\",\"g\"
8,\"below-religion\",\"Innocent\",\"Q8\",\"h\"
9,\"philosophy\",\"Philosophy\",\"Q5891\",\"i\"
10,\"Rock&Roll!\",\"Rock & Roll\",\"Q10\",\"j\"
11,\"below-two\",\"Below\",\"Q12\",\"k\"
";
const EDGES: &str = "\
\"parentTopicId\",\"parrentTopicSlug\",\"childTopicId\",\"childTopicSlug\"
0,\"_ROOT_\",0,\"_ROOT_\"
0,\"_ROOT_\",1,\"\"
1,\"\",2,\"\"
2,\"\",3,\"\"
1,\"\",4,\"\"
4,\"\",5,\"\"
1,\"\",6,\"\"
6,\"\",8,\"\"
6,\"\",9,\"\"
1,\"\",10,\"\"
1,\"\",11,\"\"
";
const NAMES: &str = "\
\"topicId\",\"language\",\"topicDisplayName\"
3,\"de\",\"Funke\"
3,\"fr\",\"Étincelle\"
";

#[test]
fn klouts_files_become_a_table_without_what_is_sensitive() {
    let files = KloutFiles { topics: TOPICS, edges: EDGES, names: NAMES };
    let table = import_klout(files, &Ontology::built_in().unwrap()).unwrap();
    assert!(table.text.contains("CC BY 3.0"), "whoever passes it on must keep the notice");
    let ontology = Ontology::parse(&table.text).unwrap();
    let topic = |slug: &str| ontology.topics().find(|topic| topic.slug == slug);
    let technology = topic("tech-super").unwrap();
    assert_eq!(technology.english_aliases, ["Tech Gadgets"], "the same item");
    assert!(technology.parents.is_empty());
    let spark = topic("spark").unwrap();
    assert_eq!((spark.german.as_str(), spark.parents.as_slice()), ("Funke", &[technology.id][..]));
    assert_eq!(spark.ambiguous, ["Spark"], "a homonym");
    assert_eq!(topic("below-null").unwrap().parents, [technology.id], "the next above that stays");
    assert_eq!(topic("below-null").unwrap().ambiguous, ["Below"], "two topics have the name");
    assert!(topic("rock-roll").is_some());
    assert!(topic("philosophy").is_some(), "the built-in table has it");
    for gone in ["religion", "a-church", "below-religion", "null-one"] {
        assert!(topic(gone).is_none(), "{gone}");
    }
    let left_out = (table.topics, table.sensitive, table.without_item, table.merged);
    assert_eq!(left_out, (6, 3, 1, 1));
}

#[test]
fn a_file_with_other_columns_is_named() {
    let files = KloutFiles { topics: TOPICS, edges: "a,b\n1,2\n", names: NAMES };
    let error = import_klout(files, &Ontology::built_in().unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("the file of edges: "), "{error}");
}
