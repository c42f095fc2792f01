//! Topics of items: the table of topics, and which of them an item is about, with the words, tags
//! and links that say so. Pure, over strings: no files, no channels, and no rule of what makes a
//! topic a claim, which is `domain::topic`.

mod filter;
mod fold;
mod inflection;
mod klout;
mod matcher;
mod names;
mod ontology;
mod scan;
mod tags;
mod vocabulary;
mod words;

pub use klout::{InvalidKlout, KloutFiles, KloutTable, import_klout};
pub use matcher::{Assigned, Cause, CauseKind, Matcher};
pub use ontology::{InvalidOntology, Ontology, Topic};

#[cfg(test)]
mod tests;
