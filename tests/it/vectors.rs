//! Promise P6 bit for bit: `tests/vectors/scores.json` holds invented evidence of all shapes with
//! exactly what it gives. The tests compute it without optimization; `.ci/run` lets the release
//! build compute it as well (`glasklar model vectors`).
//!
//! On another architecture: `domain` alone, compiled for 64-bit ARM (`rustup target add
//! aarch64-unknown-linux-gnu`, Debian's `gcc-aarch64-linux-gnu` and `libc6-dev-arm64-cross`, linked
//! statically) and run by `qemu-aarch64-static`, gave the same for every vector in November 2026.
//! That is no step of `.ci/run`, because it needs a target that the pinned toolchain does not
//! bring; on a real ARM machine `glasklar model vectors` is enough.
//!
//! Written by `GLASKLAR_UPDATE_VECTORS=1 cargo test vectors_give`, for a new model. A change of the
//! numbers of a model that was released breaks the promise.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use glasklar::app::models::{MODEL, read_model};
use glasklar::domain::evidence::{Channel, Signal};
use glasklar::domain::vectors::{Published, Unusable, Vector, Vectors};

use crate::harness::database;
use crate::harness::program::Folder;

/// More than anybody has; counts beyond are cut.
const MOST: u64 = 10_000_000_000;

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/scores.json")
}

fn published(
    channel: Channel,
    items: u32,
    (age, step): (i32, i32),
    of: &[(Signal, u64)],
) -> Published {
    let reactions = of.iter().map(|(signal, count)| (signal.word().to_owned(), *count));
    let channel = channel.word().to_owned();
    Published { channel, items, age, step, reactions: reactions.collect() }
}

fn vector(name: &str, later: u32, evidence: Vec<Published>) -> Vector {
    Vector { name: name.to_owned(), later, evidence, gives: None }
}

/// Evidence on one channel.
fn on_x(name: &str, items: u32, ages: (i32, i32), of: &[(Signal, u64)]) -> Vector {
    vector(name, 0, vec![published(Channel::X, items, ages, of)])
}

/// One of each channel, with this of each signal that it has.
fn everywhere(name: &str, later: u32, count: impl Fn(Channel, Signal) -> u64) -> Vector {
    let one = |channel: Channel| {
        let signals = channel.signals().iter();
        let of: Vec<_> = signals.map(|signal| (*signal, count(channel, *signal))).collect();
        published(channel, 3, (i32::from(channel.number()), 17), &of)
    };
    vector(name, later, Channel::ALL.map(one).to_vec())
}

/// Shapes that somebody thought of.
fn chosen() -> Vec<Vector> {
    use Signal::{Bookmark, Like, Quote, Reply, Reshare, View};
    vec![
        vector("nothing", 0, Vec::new()),
        on_x("one item", 1, (0, 0), &[(Like, 1_000_000)]),
        on_x("nine items, one too few", 9, (0, 0), &[(Like, 1_000_000)]),
        on_x("ten items, just enough", 10, (0, 0), &[(Like, 1)]),
        on_x("ten items of one reaction, faded to less than one", 10, (250, 0), &[(Like, 1)]),
        on_x("a reaction's weight in all, and a little more", 10, (205, 0), &[(Like, 1)]),
        on_x("twenty recent ones", 20, (0, 5), &[(Like, 100), (Reshare, 20)]),
        on_x("only likes", 40, (3, 3), &[(Like, 250)]),
        on_x("only replies", 40, (3, 3), &[(Reply, 250)]),
        on_x("only reshares and quotes", 40, (3, 3), &[(Reshare, 250), (Quote, 3)]),
        on_x("only bookmarks", 40, (3, 3), &[(Bookmark, 250)]),
        on_x("only views", 40, (3, 3), &[(View, 250_000)]),
        on_x("all kinds alike", 25, (0, 10), &[(Like, 7), (Reply, 7), (Quote, 7), (Bookmark, 7)]),
        on_x("ten billion likes on one", 1, (0, 0), &[(Like, MOST)]),
        on_x("ten billion of everything on ten", 10, (0, 0), &[(Like, MOST), (Reply, MOST)]),
        on_x("more than is counted", 12, (1, 1), &[(Like, u64::MAX), (Bookmark, u64::MAX)]),
        on_x("a hundred thousand items", 100_000, (0, 0), &[(Like, 3), (Reshare, 1)]),
        on_x("items of every day for 27 years", 10_000, (0, 1), &[(Like, 12), (Bookmark, 1)]),
        on_x("ages at the end of what is remembered", 20, (4_086, 1), &[(Bookmark, 90_000)]),
        on_x("items from a hundred years ago", 20, (36_500, 1), &[(Bookmark, MOST)]),
        on_x("items from before the calendar", 20, (i32::MAX, 0), &[(Like, MOST)]),
        on_x("items from after the revision", 12, (-400, 1), &[(Like, 9)]),
        vector(
            "a hit among many small ones",
            4,
            vec![
                published(Channel::Mastodon, 200, (0, 2), &[(Like, 2), (Reply, 1)]),
                published(Channel::Mastodon, 1, (9, 0), &[(Like, 500_000), (Reshare, 90_000)]),
            ],
        ),
        vector(
            "a hundredth on a second channel",
            0,
            vec![
                published(Channel::X, 20, (0, 0), &[(Like, 500)]),
                published(Channel::Bluesky, 20, (0, 0), &[(Like, 5)]),
            ],
        ),
        vector(
            "split over six channels",
            31,
            [
                Channel::X,
                Channel::Mastodon,
                Channel::Facebook,
                Channel::LinkedIn,
                Channel::Bluesky,
                Channel::Other,
            ]
            .map(|channel| published(channel, 7, (2, 6), &[(Like, 33), (Reshare, 5)]))
            .to_vec(),
        ),
        everywhere("sixteen channels, one of each", 0, |_, _| 1),
        everywhere("sixteen channels, a thousand of each", 90, |_, _| 1_000),
        everywhere("sixteen channels, the most of each", 0, |_, _| MOST),
        everywhere("sixteen channels, by their numbers", 365, |channel, signal| {
            u64::from(channel.number()).pow(4) * u64::from(signal.number()) + 1
        }),
        on_x("a score that ends within a year", 10, (5, 2), &[(Like, 3)]),
    ]
}

/// Shapes that nobody thought of, from the digits of a fixed seed (`SplitMix64`).
fn drawn(number: u32) -> Vector {
    let mut state = 0x5EED_u64 + u64::from(number) * 0x1_0000_0001;
    let mut below = |limit: u64| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    };
    let mut evidence = Vec::new();
    for _ in 0..=below(6) {
        let channel = Channel::ALL[usize::try_from(below(16)).unwrap()];
        let mut reactions = BTreeMap::new();
        for signal in channel.signals() {
            let limit = 10_u64.pow(u32::try_from(below(10)).unwrap());
            reactions.insert(signal.word().to_owned(), below(limit));
        }
        let (items, age) = (u32::try_from(1 + below(60)).unwrap(), below(900));
        let (age, step) = (i32::try_from(age).unwrap(), i32::try_from(below(40)).unwrap());
        evidence.push(Published {
            channel: channel.word().to_owned(),
            items,
            age,
            step,
            reactions,
        });
    }
    vector(&format!("drawn {number}"), u32::try_from(below(500)).unwrap(), evidence)
}

#[test]
fn the_vectors_give_what_they_gave_bit_for_bit() {
    let model = read_model(MODEL).unwrap();
    if database::updates_vectors() {
        let mut vectors = Vectors { model: model.digest.to_string(), vectors: chosen() };
        vectors.vectors.extend((1..=34).map(drawn));
        for vector in &mut vectors.vectors {
            vector.gives = Some(vector.outcome(&model).unwrap());
        }
        std::fs::write(file(), vectors.render().unwrap()).unwrap();
    }
    let text = std::fs::read_to_string(file()).unwrap();
    let vectors = Vectors::parse(&text).unwrap();
    assert_eq!(vectors.differences(&model).unwrap(), []);
    assert_eq!(vectors.render().unwrap(), text, "the file has one form");
    let scored = vectors.vectors.iter().filter(|v| v.gives.as_ref().unwrap().score.is_some());
    let scored = scored.count();
    let all = vectors.vectors.len();
    assert!(all >= 60 && scored >= 45 && all - scored >= 6, "{scored} of {all} are scored");
    for vector in &vectors.vectors {
        assert!(vector.evidence.iter().all(|one| one.items > 0), "{}", vector.name);
    }
}

/// One millionth of a point, one bit of a weight: the comparison notices.
#[test]
fn a_vector_that_gives_something_else_is_named() {
    let model = read_model(MODEL).unwrap();
    let mut vectors = Vectors::parse(&std::fs::read_to_string(file()).unwrap()).unwrap();
    let at = vectors.vectors.iter().position(|v| v.name == "twenty recent ones").unwrap();
    let right = vectors.vectors[at].gives.clone().unwrap();
    let changes: [fn(&mut glasklar::domain::vectors::Outcome); 4] = [
        |gives| gives.score.as_mut().unwrap()[2] += 1,
        |gives| *gives.contributions.get_mut("x.like").unwrap() -= 1,
        |gives| gives.weights.get_mut("x.like").unwrap().push('0'),
        |gives| gives.forecast[1] = None,
    ];
    for change in changes {
        change(vectors.vectors[at].gives.as_mut().unwrap());
        let different = vectors.differences(&model).unwrap();
        assert_eq!(different, [("twenty recent ones".to_owned(), right.clone())]);
        vectors.vectors[at].gives = Some(right.clone());
    }
    "myspace".clone_into(&mut vectors.vectors[at].evidence[0].channel);
    let unknown = vectors.differences(&model).unwrap_err();
    assert!(unknown.to_string().contains("`myspace`"), "{unknown}");
    "0".repeat(64).clone_into(&mut vectors.model);
    assert!(matches!(vectors.differences(&model), Err(Unusable::Model(_))));
}

#[tokio::test]
async fn the_command_says_whether_this_machine_computes_the_same() {
    let folder = Folder::new();
    let path = file();
    let path = path.to_str().unwrap();
    let said = folder.succeed(&["model", "vectors", path]).await;
    assert!(said.starts_with("RIGHT: all 6"), "{said}");
    let text = std::fs::read_to_string(path).unwrap();
    let (before, after) = text.split_once("\"score\":[").unwrap();
    folder.write("changed.json", format!("{before}\"score\":[1{after}"));
    let ended = folder.run(&["model", "vectors", "changed.json"]).await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.starts_with("WRONG: `ten items, just enough` gives {"), "{}", ended.out);
    folder.write("broken.json", "{\"model\": NaN}");
    let ended = folder.run(&["model", "vectors", "broken.json"]).await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
}
