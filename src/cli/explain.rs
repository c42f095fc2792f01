//! `explain`: a released explanation as bars and plain sentences, without server or database.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use glasklar::crypto;
use glasklar::domain::document::Document;
use glasklar::domain::model::Digest;
use glasklar::domain::verify;
use glasklar::words::{self, Language, View, Waterfall};
use serde_json::{Value, json};

/// Most bytes of an explanation: several times what sixteen channels with all their listed items
/// take.
const SIZE_MAX: u64 = 64 << 20;

/// Columns of a finding.
const FINDING: usize = 160;

/// Shows an explanation.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The explanation, byte for byte as it was released; `-` reads it from standard input.
    #[arg(value_name = "EXPLANATION.json")]
    explanation: PathBuf,
    /// Whom to tell it to.
    #[arg(long, value_enum, default_value = "candidate")]
    view: Reader,
    /// The language, as a tag such as `en` or `de-AT`; English when it is not spoken.
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    /// Prints one JSON document with the sentences and the bars instead.
    #[arg(long)]
    json: bool,
    /// Writes the bars to this file as an SVG, too.
    #[arg(long, value_name = "FILE", conflicts_with = "unverified")]
    svg: Option<PathBuf>,
    /// Columns to fill.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u16).range(48..=400))]
    width: u16,
    /// The model file, when the explanation names one that does not ship with this version.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// The ledger entry that records the release; an auditor is told it.
    #[arg(long, value_name = "INDEX")]
    entry: Option<u64>,
    /// Shows the explanation even if its numbers do not follow from its evidence.
    #[arg(long)]
    unverified: bool,
}

/// The views by the words of the command line.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Reader {
    /// The person the score is about.
    Candidate,
    /// Somebody she shows it to.
    Recruiter,
    /// Somebody who checks it, to the last digit.
    Auditor,
    /// Somebody who runs the service: no score, no name, no items.
    Operator,
}

impl Reader {
    const fn view(self) -> View {
        match self {
            Self::Candidate => View::Candidate,
            Self::Recruiter => View::Recruiter,
            Self::Auditor => View::Auditor,
            Self::Operator => View::Operator,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Recruiter => "recruiter",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }
}

/// What is shown.
struct Shown {
    document: Document,
    sentences: Vec<String>,
    /// None for operators, who need not know the score.
    waterfall: Option<Waterfall>,
    language: Language,
    is_verified: bool,
}

/// Shows an explanation; false when it does not verify and was not shown.
pub(super) fn explain(arguments: &Arguments) -> anyhow::Result<bool> {
    let view = arguments.view.view();
    if view == View::Operator && arguments.svg.is_some() {
        bail!("an operator is told no score, so there is nothing to draw; leave out --svg");
    }
    let bytes = read(&arguments.explanation)?;
    let findings = findings(arguments, &bytes)?;
    for finding in &findings {
        warn(&words::plain(finding, FINDING))?;
    }
    if !findings.is_empty() && !arguments.unverified {
        warn("refused: this is not what was released; --unverified shows it nevertheless")?;
        return Ok(false);
    }
    let document = Document::parse(&bytes).context("not an explanation that can be read")?;
    let language = Language::of(&arguments.language);
    let mut sentences = words::explanation(&document, view, language);
    if view == View::Auditor {
        let sha256 = Digest::from_bytes(crypto::sha256(&bytes)).to_string();
        sentences.extend(words::recorded(arguments.entry, &sha256, language));
    }
    let waterfall = (view != View::Operator).then(|| words::waterfall(&document, language));
    let is_verified = findings.is_empty();
    let shown = Shown { document, sentences, waterfall, language, is_verified };
    if let (Some(path), Some(waterfall)) = (&arguments.svg, &shown.waterfall) {
        std::fs::write(path, waterfall.svg())
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    if arguments.json {
        super::say(&serde_json::to_string_pretty(&machine_form(&shown, arguments.view))?)?;
    } else {
        let is_colored = std::io::stdout().is_terminal();
        super::say(&picture(&shown, usize::from(arguments.width), is_colored))?;
    }
    Ok(true)
}

/// Reads a file, or standard input.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(SIZE_MAX + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(SIZE_MAX + 1).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > SIZE_MAX {
        bail!("{} is larger than any explanation ({SIZE_MAX} bytes)", path.display());
    }
    Ok(bytes)
}

/// What is wrong with the document. Without its model nothing can be said, which is an error unless
/// it is to be shown unverified.
fn findings(arguments: &Arguments, bytes: &[u8]) -> anyhow::Result<Vec<String>> {
    match super::verify::model(arguments.model.as_deref(), bytes) {
        Ok(model) => {
            let findings = verify::verify(bytes, &model);
            Ok(findings.iter().map(ToString::to_string).collect())
        }
        Err(error) if arguments.unverified => Ok(vec![format!("not verified: {error:#}")]),
        Err(error) => Err(error),
    }
}

fn warn(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stderr(), "{line}").context("cannot write to standard error")
}

/// The bars, and the sentences below them.
fn picture(shown: &Shown, width: usize, is_colored: bool) -> String {
    let mut parts = Vec::new();
    if !shown.is_verified {
        parts.push("NOT VERIFIED: these numbers do not follow from the evidence.".to_owned());
    }
    if let Some(waterfall) = &shown.waterfall {
        parts.push(waterfall.text(width, is_colored));
    }
    let lines = shown.sentences.iter().map(|sentence| words::lines(sentence, width).join("\n"));
    parts.push(lines.collect::<Vec<_>>().join("\n"));
    parts.join("\n\n")
}

/// The same for machines: numbers in millionths of a point.
fn machine_form(shown: &Shown, reader: Reader) -> Value {
    let score = &shown.document.score;
    let mut value = json!({
        "verified": shown.is_verified,
        "view": reader.word(),
        "language": shown.language.tag(),
        "state": words::plain(&score.state, FINDING),
        "sentences": shown.sentences,
    });
    if let Some(waterfall) = &shown.waterfall {
        let bars = waterfall.steps.iter().map(|step| {
            json!({
                "shape": step.shape.word(),
                "label": step.label,
                "start_micropoints": step.start,
                "micropoints": step.points,
                "note": step.note,
            })
        });
        value["as_of"] = json!(words::plain(&score.as_of, FINDING));
        value["micropoints"] = json!(score.micropoints);
        value["low_micropoints"] = json!(score.low_micropoints);
        value["high_micropoints"] = json!(score.high_micropoints);
        value["baseline_micropoints"] = json!(shown.document.baseline_micropoints);
        value["bars"] = bars.collect();
    }
    value
}
