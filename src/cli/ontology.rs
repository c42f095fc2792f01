//! `ontology`: tables of topics, and what a text is about.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use glasklar::topics::{Assigned, KloutFiles, Matcher, Ontology, import_klout};
use serde_json::json;

/// Longest file that is read: ten times Klout's longest.
const FILE_MAX: u64 = 64 * 1024 * 1024;

/// What to do with an ontology.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Turns Klout's open data into a table of topics.
    Import(Import),
    /// Checks a table of topics, and prints figures of it.
    Check {
        /// The table.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Prints which topics a text is about, and what in it says so.
    Match(Match),
}

/// Where Klout's data are, and where the table goes.
#[derive(clap::Args)]
pub(super) struct Import {
    /// The folder with `klout_topic_ontology_*.csv`, `klout_topic_edge_*.csv` and
    /// `klout_topic_display_*.csv`.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Where to write the table; without it, it is printed.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A text, and how it is read.
#[derive(clap::Args)]
pub(super) struct Match {
    /// The text, or `-` for standard input.
    #[arg(value_name = "FILE")]
    text: PathBuf,
    /// Another table of topics than the built-in one.
    #[arg(long, value_name = "FILE")]
    ontology: Option<PathBuf>,
    /// The language of the text, such as `de`; without it, English and German are tried.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Import(arguments) => import(&arguments)?,
        Command::Check { file } => return check(&file),
        Command::Match(arguments) => find(&arguments)?,
    }
    Ok(true)
}

fn import(arguments: &Import) -> anyhow::Result<()> {
    let read_part = |part| read(&part_file(&arguments.folder, part)?);
    let (topics, edges, names) =
        (read_part("ontology")?, read_part("edge")?, read_part("display")?);
    let files = KloutFiles { topics: &topics, edges: &edges, names: &names };
    let table = import_klout(files, &Ontology::built_in()?)?;
    let Some(output) = &arguments.output else {
        return super::say(table.text.trim_end());
    };
    std::fs::write(output, &table.text)
        .with_context(|| format!("cannot write {}", output.display()))?;
    super::say(&format!(
        "{} topics; left out: {} sensitive, {} without an item; {} merged with one of the same item",
        table.topics, table.sensitive, table.without_item, table.merged
    ))
}

/// The latest of Klout's files of one part: their names end with a date.
fn part_file(folder: &Path, part: &str) -> anyhow::Result<PathBuf> {
    let start = format!("klout_topic_{part}_");
    let entries = folder.read_dir().with_context(|| format!("cannot read {}", folder.display()))?;
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let is_csv = path.extension().is_some_and(|kind| kind == "csv");
        if name.starts_with(&start) && is_csv {
            found.push(path);
        }
    }
    found.into_iter().max().with_context(|| format!("no {start}*.csv in {}", folder.display()))
}

fn check(file: &Path) -> anyhow::Result<bool> {
    let ontology = match Ontology::parse(&read(file)?) {
        Ok(ontology) => ontology,
        Err(error) => {
            super::say(&format!("{}: {error}", file.display()))?;
            return Ok(false);
        }
    };
    let sum = |count: fn(&glasklar::topics::Topic) -> usize| -> usize {
        ontology.topics().map(count).sum()
    };
    let figures = [
        ("topics", sum(|_| 1)),
        ("fields", sum(|topic| usize::from(topic.parents.is_empty()))),
        ("English names", sum(|topic| topic.english_names().count())),
        ("German names", sum(|topic| topic.german_names().count())),
        ("ambiguous names", sum(|topic| topic.ambiguous.len())),
        ("hashtags", sum(|topic| topic.hashtags.len())),
    ];
    for (what, count) in figures {
        super::say(&format!("{what:<16} {count:>7}"))?;
    }
    super::say(&format!("{:<16} {}", "version", ontology.version()))?;
    Ok(true)
}

fn find(arguments: &Match) -> anyhow::Result<()> {
    let ontology = match &arguments.ontology {
        Some(file) => Ontology::parse(&read(file)?)
            .with_context(|| format!("{} is no ontology", file.display()))?,
        None => Ontology::built_in()?,
    };
    let text = read(&arguments.text)?;
    let language = arguments.language.as_deref();
    let found = Matcher::new(&ontology).assign_text(&text, language);
    if arguments.json {
        super::say(&serde_json::to_string_pretty(&document(&ontology, &found))?)
    } else {
        super::say(&picture(&ontology, &found, language))
    }
}

fn document(ontology: &Ontology, found: &[Assigned]) -> serde_json::Value {
    let topics = found.iter().filter_map(|one| Some((one, ontology.topic(one.topic)?)));
    let topics = topics.map(|(one, topic)| {
        let causes = one.causes.iter();
        let causes: Vec<_> =
            causes.map(|cause| json!({ "kind": cause.kind.word(), "text": cause.text })).collect();
        json!({
            "id": topic.id.to_string(),
            "slug": topic.slug,
            "label": { "en": topic.english, "de": topic.german },
            "causes": causes,
        })
    });
    json!({ "ontology": ontology.version(), "topics": topics.collect::<Vec<_>>() })
}

fn picture(ontology: &Ontology, found: &[Assigned], language: Option<&str>) -> String {
    if found.is_empty() {
        return "no topic".to_owned();
    }
    let mut picture = String::new();
    for one in found {
        let Some(topic) = ontology.topic(one.topic) else {
            continue;
        };
        let _ = writeln!(picture, "{} ({}, {})", topic.label(language), topic.slug, topic.id);
        for cause in &one.causes {
            let text: String = cause.text.chars().filter(|c| !c.is_control()).collect();
            let _ = writeln!(picture, "  {:<8} {text}", cause.kind.word());
        }
    }
    picture.trim_end().to_owned()
}

/// A file, or standard input for `-`, as text.
fn read(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let mut bytes = Vec::new();
    let length = if path == Path::new("-") {
        std::io::stdin().take(FILE_MAX + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(FILE_MAX + 1).read_to_end(&mut bytes))
    };
    if length.with_context(|| format!("cannot read {name}"))? as u64 > FILE_MAX {
        bail!("{name} is longer than {FILE_MAX} bytes");
    }
    String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))
}
