use proptest::prelude::*;

use super::{Assigned, CauseKind, Matcher, Ontology};
use crate::domain::item::{Item, ItemKind};
use crate::domain::time::Timestamp;

mod klout;
mod ontology;

struct Built {
    ontology: Ontology,
    matcher: Matcher,
}

fn built_in() -> Built {
    let ontology = Ontology::built_in().unwrap();
    let matcher = Matcher::new(&ontology);
    Built { ontology, matcher }
}

fn item(text: &str, tags: &[&str], url: Option<&str>) -> Item {
    Item {
        id: "1".to_owned(),
        kind: ItemKind::Post,
        posted_at: Timestamp::from_micros(0),
        text: text.to_owned(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        language: None,
        url: url.map(str::to_owned),
        reactions: Vec::new(),
        heard: Vec::new(),
    }
}

impl Built {
    fn slugs(&self, found: &[Assigned]) -> Vec<String> {
        let slug = |one: &Assigned| self.ontology.topic(one.topic).unwrap().slug.clone();
        let mut slugs: Vec<_> = found.iter().map(slug).collect();
        slugs.sort();
        slugs
    }

    fn text(&self, text: &str, language: Option<&str>) -> Vec<String> {
        self.slugs(&self.matcher.assign_text(text, language))
    }

    fn item(&self, text: &str, tags: &[&str], url: Option<&str>) -> Vec<String> {
        self.slugs(&self.matcher.assign(&item(text, tags, url)))
    }
}

#[test]
fn common_words_are_not_the_topics_that_are_named_after_them() {
    let built = built_in();
    for text in [
        "Let's go, go, go!",
        "Go for it.",
        "Rust on my car.",
        "Java is an island.",
        "The banks of the river, and the markets nearby.",
        "It does matter. AND IT DOES!",
        "My account, your program, his engine.",
        "Auf der Bank am Fluss.",
        "Das geht's an, los!",
    ] {
        assert_eq!(built.text(text, None), [""; 0], "{text}");
    }
}

#[test]
fn ambiguous_names_count_in_company_of_their_field_only() {
    let built = built_in();
    assert_eq!(built.text("We use Rust, next to C++.", None), ["c-plus-plus", "rust"]);
    assert_eq!(built.text("Rust beside our Krankenpflege", None), ["nursing"]);
    assert_eq!(built.text("Java, Python and Ruby", None), [""; 0], "no one of them is clear");
    assert_eq!(built.item("Rust!", &["c++"], None), ["c-plus-plus", "rust"], "tags are company");
}

#[test]
fn short_names_count_as_they_are_written_and_not_at_the_beginning_of_a_sentence() {
    let built = built_in();
    let company = "We love TypeScript";
    for (text, expected) in [
        ("and Go", true),
        ("and go", false),
        ("and GO", false),
        (". Go on!", false),
        ("before the Go-Live", false),
    ] {
        let text = format!("{company} {text}");
        assert_eq!(built.text(&text, None).contains(&"go".to_owned()), expected, "{text}");
    }
    assert_eq!(built.text("Three APIs later", None), ["api"]);
    assert_eq!(built.text("three apis later", None), [""; 0]);
    assert!(!built.text("the rest of this web service", None).contains(&"rest".to_owned()));
    assert!(built.text("REST of this web service", None).contains(&"rest".to_owned()));
}

#[test]
fn inflected_names_are_found_in_both_languages() {
    let built = built_in();
    for (text, slug) in [
        ("neue Programmiersprachen", "programming-language"),
        ("unsere Projektleiterinnen", "project-management"),
        ("Projekt\u{ad}leiterinnen", "project-management"),
        ("in den sozialen Medien", "social-media"),
        ("mit erneuerbarer Energie", "renewable-energy"),
        ("zwei Krankenhäuser", "hospital"),
        ("alle Führungskräfte", "management"),
        ("zwei Krankenha\u{308}user", "hospital"),
        ("ZWEI KRANKENHAEUSER", "hospital"),
        ("Oeffentlichkeitsarbeit", "public-relations"),
        ("two programming languages", "programming-language"),
        ("our hospital's roof: Databases", "database"),
        ("E-Mail-Marketing", "email-marketing"),
    ] {
        assert!(built.text(text, None).contains(&slug.to_owned()), "{text}");
    }
}

#[test]
fn names_with_signs_are_told_apart() {
    let built = built_in();
    for (text, slugs) in [
        ("C++", vec!["c-plus-plus"]),
        ("C#, nothing else", vec!["c-sharp"]),
        ("C++17 or C++-Programmierung", vec!["c-plus-plus"]),
        ("Node.js!", vec!["node-js"]),
        ("(ASP.NET)", vec!["asp-net"]),
        ("F#", vec!["f-sharp"]),
    ] {
        assert_eq!(built.text(text, None), slugs, "{text}");
    }
}

#[test]
fn the_longest_name_is_meant() {
    let built = built_in();
    assert_eq!(built.text("content marketing", None), ["content-marketing"]);
    assert_eq!(built.text("content. Marketing", None), ["marketing"], "a sentence ends between");
    assert_eq!(built.text("content\nmarketing", None), ["marketing"]);
}

#[test]
fn addresses_mentions_and_code_are_no_words() {
    let built = built_in();
    for text in [
        "https://x.example/wordpress/typescript?a=wordpress",
        "see:https://x.example/wordpress",
        "www.wordpress-hilfe.de and typescript-tips.com/x",
        "anna.wordpress@x.example, wordpress@x.example",
        "@wordpress @WordPress@typescript.example (@typescript)",
        "`WordPress` and ```\nimport TypeScript\n```",
        "\u{a0}wordpress@x.example\u{a0}b@typescript",
    ] {
        assert_eq!(built.text(text, None), [""; 0], "{text}");
    }
    assert_eq!(built.text("`a WordPress, unclosed", None), ["wordpress"]);
    assert_eq!(built.text("me@x.example WordPress", None), ["wordpress"]);
}

#[test]
fn hashtags_are_read_joined_and_in_camel_case() {
    let built = built_in();
    for (text, slug) in [
        ("#SocialMedia", "social-media"),
        ("#socialmedia", "social-media"),
        ("#Social_Media", "social-media"),
        ("#100DaysOfCode 🚀", "computer-programming"),
        ("#Programmiersprachen", "programming-language"),
        ("#rustlang", "rust"),
    ] {
        assert_eq!(built.text(text, None), [slug], "{text}");
    }
    assert_eq!(built.text("#rust #go #x #c", None), [""; 0], "homonyms and networks");
    assert_eq!(built.text("#python", None), ["python"]);
}

#[test]
fn tags_are_read_as_names_slugs_and_hashtags() {
    let built = built_in();
    for (tag, slug) in [
        ("machine-learning", "machine-learning"),
        ("Machine Learning", "machine-learning"),
        ("c++", "c-plus-plus"),
        ("c#", "c-sharp"),
        (".net", "dotnet-framework"),
        ("node.js", "node-js"),
    ] {
        assert_eq!(built.item("", &[tag], None), [slug], "{tag}");
    }
    let found = built.matcher.assign(&item("#SocialMedia", &["socialmedia"], None));
    assert_eq!(found[0].causes.len(), 1, "the network repeats the hashtag of the text");
    assert_eq!(found[0].causes[0].kind, CauseKind::Hashtag);
}

#[test]
fn links_name_a_topic_by_a_page_of_a_tag_or_the_home_of_a_project() {
    let built = built_in();
    for (link, slugs) in [
        ("https://wordpress.org/plugins/x", vec!["wordpress"]),
        ("https://de.wordpress.org/", vec!["wordpress"]),
        ("https://doc.rust-lang.org/book", vec!["rust"]),
        ("https://blog.example/tag/wordpress/", vec!["wordpress"]),
        ("https://mira.wordpress.com/2026/x", vec![]),
        ("https://en.wikipedia.org/wiki/WordPress", vec![]),
        ("https://wordpress.org.evil.example/", vec![]),
    ] {
        assert_eq!(built.text(link, None), slugs, "{link}");
        let own = built.item("", &[], Some(link));
        let by_path = link.contains("/tag/");
        assert_eq!(own, if by_path { slugs } else { vec![] }, "published at {link}");
    }
    let own = Some("https://wordpress.org/news/1");
    assert_eq!(built.item("https://wordpress.org/news/2", &[], own), [""; 0]);
}

#[test]
fn a_third_language_knows_only_names_that_both_share() {
    let built = built_in();
    assert_eq!(built.text("mon site WordPress", Some("fr")), ["wordpress"]);
    assert_eq!(built.text("le nursing et le podcast", Some("fr")), [""; 0]);
}

#[test]
fn causes_are_few_and_told_as_they_stand() {
    let built = built_in();
    let text = "TypeScript typescript #TypeScript https://x.dev/tag/typescript ".repeat(9);
    let found = built.matcher.assign_text(&text, None);
    let causes: Vec<_> = found[0].causes.iter().map(|cause| cause.text.as_str()).collect();
    assert_eq!(causes, ["#TypeScript", "https://x.dev/tag/typescript", "TypeScript"]);
    let names = built.ontology.topics().map(|topic| topic.english.as_str());
    let everything = names.collect::<Vec<_>>().join(". ");
    assert_eq!(built.matcher.assign_text(&everything, None).len(), 16);
}

#[test]
fn hostile_texts_end_soon_and_say_nothing() {
    let built = built_in();
    for text in [
        "a".repeat(1 << 20),
        "a ".repeat(1 << 19),
        "\u{308}".repeat(8_000),
        format!("Rust{}", "\u{301}".repeat(8_000)),
        "\0".repeat(10_000),
        "a@".repeat(1 << 19),
        "`".repeat(1 << 16),
        "``` ".repeat(1 << 16),
        "x://".repeat(1 << 16),
        "\u{a0}@".repeat(1 << 16),
        "#".repeat(1 << 16),
    ] {
        assert_eq!(built.text(&text, None), [""; 0], "{}", text.get(..8).unwrap_or_default());
    }
    assert_eq!(built.text(&"WordPress".repeat(1 << 16), None), [""; 0], "one word");
    assert_eq!(built.text(&"WordPress ".repeat(1 << 16), None), ["wordpress"]);
    assert_eq!(built.text("a\0WordPress\0b 👩‍💻WordPress", None), ["wordpress"]);
}

/// Texts of names, signs and anything else.
fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(vec![
            "Rust",
            "C++",
            "#",
            "@",
            "://",
            "`",
            " ",
            "\n",
            ".",
            "social media",
            "Go",
            "-",
            "ä",
            "Medien",
            "sozialen",
            "\u{308}",
            "\u{a0}",
            "wordpress.org",
            "/tag/",
            "'s",
            "#Rust",
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn causes_are_really_there_and_the_order_of_tags_changes_nothing(
        text in texts(),
        tags in prop::collection::vec(texts(), 0..5),
        url in prop::option::of(texts()),
        language in prop::option::of(prop::sample::select(vec!["en", "de", "fr"])),
    ) {
        thread_local! {
            static BUILT: Built = built_in();
        }
        let mut item = item(&text, &[], url.as_deref());
        item.tags = tags;
        item.language = language.map(str::to_owned);
        let found = BUILT.with(|built| built.matcher.assign(&item));
        prop_assert!(found.len() <= 16);
        prop_assert!(found.is_sorted_by(|one, two| one.topic < two.topic));
        for cause in found.iter().flat_map(|one| &one.causes) {
            let holds = |place: &str| place.contains(&cause.text);
            prop_assert!(!cause.text.is_empty() && cause.text.chars().count() <= 60);
            let stands = match cause.kind {
                CauseKind::Word | CauseKind::Hashtag => holds(&text),
                CauseKind::Tag => item.tags.iter().any(|tag| tag.starts_with(&cause.text)),
                CauseKind::Link => holds(&text) || url.as_deref().is_some_and(holds),
            };
            prop_assert!(stands, "a cause that is not there");
        }
        prop_assert!(found.iter().all(|one| (1..=4).contains(&one.causes.len())));
        item.tags.reverse();
        prop_assert_eq!(found, BUILT.with(|built| built.matcher.assign(&item)));
    }
}
