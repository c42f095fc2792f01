//! Finding topics beside a bare search for the same names in the same text, with as many topics as
//! Klout had: the ratio is what another machine can compare. With Klout's files (the folder is in
//! `GLASKLAR_FIXTURES`) these are Klout's, otherwise invented ones.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench fails by panicking, prints what it measured, and finds the fixtures by the \
              environment"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder, MatchKind};
use glasklar::topics::{KloutFiles, Matcher, Ontology, import_klout};

const TEXT_BYTES: usize = 1_000_000;
const TOPICS: u32 = 8_000;
/// Runs of each of which the median is told.
const RUNS: usize = 21;

/// What people write around the names of topics.
const SENTENCES: [&str; 8] = [
    "Yesterday we talked for two hours about {} and what it means for small teams.\n",
    "Nobody told me that {} would be the easy part, and that waiting would be the hard one.\n",
    "Gestern haben wir lange über {} gesprochen, und am Ende waren sich fast alle einig.\n",
    "Was ich an {} mag: Es gibt keine einfachen Antworten, aber sehr gute Fragen.\n",
    "Thanks to everybody who came to the meetup last night, see https://example.org/meetup/{}\n",
    "Wer hätte gedacht, dass daraus einmal mehr wird als eine Idee am Küchentisch? #zusammen\n",
    "It rained all day, so I finally cleaned up my notes and found three things to share.\n",
    "Nach fünf Jahren ziehe ich weiter und sage von Herzen Danke für die schöne Zeit!\n",
];

fn klout() -> Option<Ontology> {
    let root = std::env::var_os("GLASKLAR_FIXTURES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures"),
        PathBuf::from,
    );
    let read = |part| {
        let file = format!("ontology/klout/klout_topic_{part}_20180601.csv");
        std::fs::read_to_string(root.join(file)).ok()
    };
    let (topics, edges, names) = (read("ontology")?, read("edge")?, read("display")?);
    let files = KloutFiles { topics: &topics, edges: &edges, names: &names };
    let table = import_klout(files, &Ontology::built_in().unwrap()).unwrap();
    println!("with {} topics of Klout's", table.topics);
    Some(Ontology::parse(&table.text).unwrap())
}

/// Topics with the names of the built-in ones, each pair once.
fn invented() -> Ontology {
    let built_in = Ontology::built_in().unwrap();
    let words: Vec<_> = built_in.topics().map(|topic| topic.english.as_str()).collect();
    let mut table =
        "id\tslug\tparents\ten\tde\taliases_en\taliases_de\tambiguous\thashtags\n".to_owned();
    for number in 1..=TOPICS {
        let place = number as usize;
        let (one, two) = (words[place % words.len()], words[place * 7 / words.len() % words.len()]);
        writeln!(table, "Q{number}\ts{number}\t\t{one} {two}\t{two}-{one}\t\t\t\t").unwrap();
    }
    println!("with {TOPICS} invented topics");
    Ontology::parse(&table).unwrap()
}

fn text(ontology: &Ontology) -> String {
    let mut text = String::with_capacity(TEXT_BYTES + 200);
    let names: Vec<_> =
        ontology.topics().flat_map(|topic| [&topic.english, &topic.german]).collect();
    let mut names = names.into_iter().cycle();
    for sentence in SENTENCES.iter().cycle() {
        text += &sentence.replace("{}", names.next().unwrap());
        if text.len() >= TEXT_BYTES {
            return text;
        }
    }
    text
}

fn automaton(ontology: &Ontology) -> DoubleArrayAhoCorasick<u32> {
    let names =
        ontology.topics().flat_map(|topic| topic.english_names().chain(topic.german_names()));
    let mut names: Vec<String> = names.map(str::to_lowercase).collect();
    names.sort_unstable();
    names.dedup();
    println!("{} names", names.len());
    let builder = DoubleArrayAhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest);
    builder.build(names).unwrap()
}

fn median(mut run: impl FnMut() -> usize) -> Duration {
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn topics(criterion: &mut Criterion) {
    let ontology = klout().unwrap_or_else(invented);
    let text = text(&ontology);
    // The bare search gets what it would have to make first.
    let lower = text.to_lowercase();
    let (automaton, matcher) = (automaton(&ontology), Matcher::new(&ontology));
    let bare = || automaton.leftmost_find_iter(&lower).count();
    let whole = || matcher.assign_text(&text, None).len();
    let lines = || text.lines().map(|line| matcher.assign_text(line, None).len()).sum();
    let mut group = criterion.benchmark_group("topics");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
    group.bench_function("bare search", |bencher| bencher.iter(bare));
    group.bench_function("one text", |bencher| bencher.iter(whole));
    group.finish();
    let alone = median(bare);
    println!("{:<14} {alone:>10.2?}", "bare search");
    for (name, time) in [("one text", median(whole)), ("line by line", median(lines))] {
        let ratio = alone.as_secs_f64() / time.as_secs_f64();
        println!("{name:<14} {time:>10.2?}, {ratio:.2} of the bare search's speed");
    }
}

criterion_group!(benches, topics);
criterion_main!(benches);
