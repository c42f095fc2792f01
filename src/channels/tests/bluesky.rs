//! What Bluesky's repository file and the answers of its interface mean.

use super::build::{all_told, read, read_of, refusal, tar_gz, zip};
use super::cars::{
    DID, Tree, Value, car, commit, entry, link, map, node, post, record, section, text,
};
use crate::channels::{Error, Source, Upload, import};
use crate::domain::evidence::Signal;
use crate::domain::item::ItemKind;
use crate::domain::time::Timestamp;

/// Keys in the order of their time, from 2023-11-15T00:22:29.122Z on.
const KEYS: [&str; 4] = ["3ke6rn22yqo22", "3keaqbqhwd622", "3keatjjz3iw22", "3kecnbpuemw22"];
const AT: &str = "2023-11-15T00:22:29.122Z";

pub(super) fn samples() -> Vec<Vec<u8>> {
    let mut tree = Tree::default();
    tree.add("app.bsky.actor.profile/self", &record("app.bsky.actor.profile", &[]));
    tree.add(&format!("app.bsky.feed.post/{}", KEYS[0]), &post("text", AT, &[]));
    tree.add(&format!("app.bsky.feed.post/{}", KEYS[1]), &post("more", AT, &[]));
    vec![
        tree.file(),
        feed(&[view(0, "", ""), view(1, "", "")]).into_bytes(),
        zip(&[("getProfile.json", PROFILE.as_bytes()), ("feed.json", feed(&[]).as_bytes())]),
    ]
}

const PROFILE: &str = r#"{"did":"did:plc:ada","handle":"ada.example","displayName":"Ada",
    "followersCount":12,"followsCount":3,"createdAt":"2023-04-20T10:00:00Z"}"#;

/// An entry of a feed: the key's position, further fields of the record and of the entry, each
/// with a comma before it.
fn view(number: usize, record: &str, entry: &str) -> String {
    let key = KEYS[number];
    format!(
        r#"{{"post":{{"uri":"at://{DID}/app.bsky.feed.post/{key}","cid":"bafy",
        "author":{{"did":"{DID}","handle":"ada.example"}},"indexedAt":"2023-11-17T00:00:00Z",
        "record":{{"$type":"app.bsky.feed.post","text":"text {number}"{record}}},
        "likeCount":5,"repostCount":2,"replyCount":3,"quoteCount":1}}{entry}}}"#
    )
}

fn feed(entries: &[String]) -> String {
    format!(r#"{{"feed":[{}],"cursor":"x"}}"#, entries.join(","))
}

#[test]
fn only_what_the_commit_leads_to_counts() {
    let kept = post("kept", AT, &[]);
    let deleted = post("DELETED-MUST-NOT-APPEAR", AT, &[]);
    let below = post("below", AT, &[]);
    let liked = record("app.bsky.feed.like", &[]);
    let leaf = node(None, &[entry("app.bsky.feed.like/3keaaaaaaaa22", &liked, 0, None)]);
    let deep = node(None, &[entry(&format!("app.bsky.feed.post/{}", KEYS[2]), &below, 0, None)]);
    let key = format!("app.bsky.feed.post/{}", KEYS[0]);
    let root = node(Some(&leaf), &[entry(&key, &kept, 0, Some(&deep))]);
    let old = format!("app.bsky.feed.post/{}", KEYS[1]);
    let former = node(None, &[entry(&old, &deleted, 0, None)]);
    let commit = commit(&root, KEYS[3]);
    // Records before the tree, the tree upside down, the commit last.
    let blocks = [&deleted, &below, &kept, &liked, &former, &deep, &root, &leaf, &commit];
    let (report, items) = read(&car(&commit, &blocks)).unwrap();
    assert_eq!(report.account.id.as_deref(), Some(DID));
    assert_eq!(report.layout, "repository file");
    let mut texts: Vec<_> = items.iter().map(|item| item.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["below", "kept"]);
    assert!(items.iter().all(|item| item.reactions.is_empty()));
    let told = all_told(&report, ["activity.likes_given", "activity.records", "received.like"]);
    assert_eq!(told, [Some(1), Some(3), None]);
    assert!(report.warnings.iter().all(|warning| !warning.contains("only a part")));
}

#[test]
fn a_part_of_a_repository_is_read_with_a_warning() {
    let (here, gone) = (post("here", AT, &[]), post("gone", AT, &[]));
    let first = format!("app.bsky.feed.post/{}", KEYS[0]);
    // The second key shares all but its last characters with the first.
    let second = format!("app.bsky.feed.post/{}", KEYS[1]);
    let shared = first.bytes().zip(second.bytes()).take_while(|(a, b)| a == b).count();
    let lost = node(None, &[]);
    let root =
        node(Some(&lost), &[entry(&first, &gone, 0, None), entry(&second, &here, shared, None)]);
    let commit = commit(&root, KEYS[3]);
    let (report, items) = read(&car(&commit, &[&commit, &root, &here])).unwrap();
    assert_eq!((items.len(), items[0].id.ends_with(KEYS[1])), (1, true));
    assert!(report.warnings.iter().any(|warning| warning.contains("only a part")));
}

#[test]
fn a_file_that_is_not_whole_or_not_sound_is_refused() {
    let mut tree = Tree::default();
    tree.add(&format!("app.bsky.feed.post/{}", KEYS[0]), &post("text", AT, &[]));
    let sound = tree.file();
    assert!(read(&sound).is_ok());
    let says = |bytes: &[u8], problem: &str| {
        let error = refusal(bytes).to_string();
        assert!(error.contains(problem), "{error}");
    };
    let mut changed = sound.clone();
    *changed.last_mut().unwrap() ^= 1;
    says(&changed, "not what its name says");
    says(&sound[..sound.len() - 1], "ends in the middle");
    let note = map(&[("text", text("no commit"))]);
    says(&car(&note, &[&note]), "lacks the signed commit");
    says(&car(&note, &[]), "lacks the signed commit");
    let long = [sound.clone(), vec![0xff, 0xff, 0xff, 0x7f]].concat();
    says(&long, "longer than 2 MiB");
    let endless = [sound.clone(), vec![0xff; 20]].concat();
    says(&endless, "longer than 2 MiB");
    let other = [sound, section(&[0x01, 0x55, 0x12, 0x20, 1, 2, 3].repeat(6))].concat();
    says(&other, "not named by its SHA-256");
}

#[test]
fn dates_that_cannot_be_right_are_those_of_the_key() {
    let mut tree = Tree::default();
    for (key, at) in [
        (KEYS[0], AT),
        (KEYS[1], "2011-01-01T00:00:00Z"),
        (KEYS[2], "2055-01-01T00:00:00Z"),
        ("my-own-key", "2023-10-01T00:00:00Z"),
        ("another-key", "2055-01-01T00:00:00Z"),
    ] {
        tree.add(&format!("app.bsky.feed.post/{key}"), &post("text", at, &[]));
    }
    tree.revision = "3ker34bguvo22";
    let (report, items) = read(&tree.file()).unwrap();
    assert_eq!((items.len(), report.dates_recovered), (4, 2));
    assert_eq!(all_told(&report, ["skipped.impossible_date"]), [Some(1)]);
    let year: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    assert!(items.iter().all(|item| item.posted_at < year));
    let own = items.iter().find(|item| item.id.ends_with("/my-own-key")).unwrap();
    assert_eq!(own.posted_at, "2023-10-01T00:00:00Z".parse().unwrap());
    assert_eq!(own.url.as_deref(), Some("https://bsky.app/profile/did:plc:ada/post/my-own-key"));
}

/// `{"uri": …}` with a link beside it.
fn reference(uri: &str) -> Value {
    map(&[("cid", link(b"x")), ("uri", text(uri))])
}

fn kind(more: &[(&str, Value)]) -> ItemKind {
    let mut tree = Tree::default();
    tree.add(&format!("app.bsky.feed.post/{}", KEYS[0]), &post("text", AT, more));
    read(&tree.file()).unwrap().1[0].kind
}

#[test]
fn replies_threads_and_quotes_are_told_apart() {
    let own = format!("at://{DID}/app.bsky.feed.post/3k");
    let other = "at://did:plc:bob/app.bsky.feed.post/3k";
    let reply = |parent: &str| {
        kind(&[("reply", map(&[("root", reference(other)), ("parent", reference(parent))]))])
    };
    assert_eq!((reply(&own), reply(other)), (ItemKind::Thread, ItemKind::Reply));
    assert_eq!(kind(&[("reply", map(&[]))]), ItemKind::Reply);
    let embed = |record| kind(&[("embed", map(&[("record", record)]))]);
    assert_eq!(embed(reference(other)), ItemKind::Quote);
    assert_eq!(embed(map(&[("record", reference(other))])), ItemKind::Quote);
    assert_eq!(embed(reference(&own)), ItemKind::Post);
    assert_eq!(embed(reference("at://did:plc:bob/app.bsky.feed.generator/x")), ItemKind::Post);
    assert_eq!(kind(&[("reply", text("odd")), ("embed", link(b"odd"))]), ItemKind::Reply);
}

#[test]
fn tags_and_languages_are_those_the_author_gave() {
    let feature = |kind: &str, tag: &str| {
        map(&[("tag", text(tag)), ("$type", text(&format!("app.bsky.richtext.facet#{kind}")))])
    };
    let features = Value::list(&[feature("tag", "rust"), feature("mention", "BOB")]);
    let more = [
        ("facets", Value::list(&[map(&[("features", features)])])),
        ("langs", Value::list(&[text("en-US")])),
        ("tags", Value::list(&[text("#wasm"), text("rust"), map(&[])])),
    ];
    let mut tree = Tree::default();
    tree.add(&format!("app.bsky.feed.post/{}", KEYS[0]), &post("x", AT, &more));
    let (_, items) = read(&tree.file()).unwrap();
    let mut tags = items[0].tags.clone();
    tags.sort_unstable();
    assert_eq!(tags, ["rust", "wasm"]);
    assert_eq!(items[0].language.as_deref(), Some("en"));
}

#[test]
fn the_counts_of_a_page_are_those_of_own_posts() {
    let own_reply =
        format!(r#","reply":{{"parent":{{"uri":"at://{DID}/app.bsky.feed.post/{}"}}}}"#, KEYS[0]);
    let boost = r#","reason":{"$type":"app.bsky.feed.defs#reasonRepost",
        "by":{"did":"did:plc:ada","handle":"ada.example"}}"#;
    let foreign = view(3, "", boost).replace("plc:ada/", "plc:bob/");
    let stranger = view(3, "", "").replace("plc:ada/", "plc:bob/");
    let pinned = view(0, "", r#","reason":{"$type":"app.bsky.feed.defs#reasonPin"}"#);
    let page = feed(&[
        pinned,
        foreign,
        view(1, &own_reply, ""),
        view(0, "", ""),
        stranger,
        "7".to_owned(),
        r#"{"post":{"uri":5}}"#.to_owned(),
    ]);
    let members =
        [("getAuthorFeed_1.json", page.as_bytes()), ("x/getProfile.json", PROFILE.as_bytes())];
    let (report, items) = read(&zip(&members)).unwrap();
    assert_eq!(report, read(&tar_gz(&members)).unwrap().0);
    let reactions = &items[0].reactions;
    let all = [(Signal::Like, 5), (Signal::Reshare, 2), (Signal::Reply, 2), (Signal::Quote, 1)];
    assert_eq!(*reactions, all, "one of the three replies is by the author");
    assert_eq!((items.len(), items[1].kind), (2, ItemKind::Thread));
    let told = ["activity.reshares_made", "skipped.not_own", "skipped.unreadable"];
    assert_eq!(all_told(&report, told), [Some(1), Some(1), Some(2)]);
    assert_eq!(
        all_told(&report, ["audience.followers", "audience.following"]),
        [Some(12), Some(3)]
    );
    assert_eq!(report.account.handle, "ada.example");
    assert_eq!(report.account_created, "2023-04-20T10:00:00Z".parse().ok());
}

#[test]
fn a_page_about_several_people_needs_a_name() {
    let other = view(1, "", "").replace("plc:ada", "plc:bob").replace("ada.example", "bob.example");
    let page = feed(&[view(0, "", ""), other]);
    assert!(matches!(refusal(page.as_bytes()), Error::Several { .. }));
    let (report, items) = read_of(page.as_bytes(), "@bob.example").unwrap();
    assert_eq!((report.account.id.as_deref(), items.len()), (Some("did:plc:bob"), 1));
    assert!(matches!(read_of(page.as_bytes(), "eve"), Err(Error::Nobody { .. })));
}

#[test]
fn a_repository_is_read_in_little_memory() {
    let mut tree = Tree::default();
    let filler = "words ".repeat(100);
    for number in 0..40_000_u32 {
        let key = format!("app.bsky.feed.post/key-{number:06}");
        tree.add(&key, &post(&format!("{number} {filler}"), AT, &[]));
    }
    let file = tree.file();
    assert!(file.len() > 30 << 20, "{}", file.len());
    let spooled = super::build::spooled(&file);
    let mut items = 0;
    // Nothing of the items is kept here, as storage keeps nothing of them in memory.
    let measured = allocation_counter::measure(|| {
        let mut sink = |_| {
            items += 1;
            Ok(())
        };
        let mut upload = Upload::from(spooled.try_clone().unwrap());
        upload.sources = vec![Source::File(spooled.try_clone().unwrap())];
        import(upload, &mut sink, &mut |_| Ok(())).unwrap();
    });
    // Odd keys beyond ten thousand are left out.
    assert_eq!(items, 10_000);
    assert!(measured.bytes_max < 8 << 20, "{} bytes at once", measured.bytes_max);
}
