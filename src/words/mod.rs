//! What a document says, in plain sentences and as a picture, in a reader's language. Pure, over
//! values of `domain`; nothing here decides what a reader may see, and no number is computed that
//! the document does not hold, but sums and differences of its own.

mod audit;
mod bars;
mod change;
mod operator;
mod outlook;
mod parts;
mod plain;
mod score;
mod svg;
mod teller;
#[cfg(test)]
mod tests;
mod topic;
mod trust;
mod voice;
mod waterfall;

pub use bars::lines;
pub use change::change;
pub use plain::plain;
pub use topic::topic;
pub use waterfall::{Shape, Step, Waterfall};

use crate::domain::document::Document;

use self::teller::Teller;
use self::voice::Voice;

/// A language that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, and what every other language falls back to.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language of a tag of BCP 47, by its primary subtag: `de` and `de-AT` are German.
    pub fn of(tag: &str) -> Self {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        let spoken = Self::ALL.into_iter().find(|own| own.tag().eq_ignore_ascii_case(primary));
        spoken.unwrap_or_default()
    }

    /// The primary subtag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// Who is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The person the score is about.
    Candidate,
    /// Somebody of an organization that she shows it to.
    Recruiter,
    /// Somebody who checks it, to the last digit.
    Auditor,
    /// Somebody who runs the service, and need not know whom it is about or what the score is.
    Operator,
}

/// A document in sentences, the most important first. What the document does not hold is not said:
/// it is restricted already to what its reader may see.
pub fn explanation(document: &Document, view: View, language: Language) -> Vec<String> {
    let mut teller = Teller::new(document, Voice::new(language), view);
    match view {
        View::Candidate => candidate(&mut teller),
        View::Recruiter => recruiter(&mut teller),
        View::Auditor => teller.audit(),
        View::Operator => teller.operation(),
    }
    teller.into_sentences()
}

/// The entry of the ledger that records a release, and the SHA-256 of the released bytes, in
/// sentences for an auditor.
pub fn recorded(entry: Option<u64>, sha256: &str, language: Language) -> Vec<String> {
    audit::recorded(&Voice::new(language), entry, sha256)
}

/// The score of a document as a row of bars, from the baseline up.
pub fn waterfall(document: &Document, language: Language) -> Waterfall {
    waterfall::of(document, &Voice::new(language), language)
}

fn candidate(teller: &mut Teller<'_>) {
    teller.score();
    teller.parts();
    teller.counterfactual();
    teller.forecast();
    teller.trust();
    teller.rights();
}

fn recruiter(teller: &mut Teller<'_>) {
    teller.score();
    teller.decision();
    teller.parts();
    if !teller.is_scored() {
        teller.counterfactual();
    }
    teller.forecast();
    teller.trust();
}
