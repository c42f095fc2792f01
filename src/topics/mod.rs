//! Topics of items: the table of topics, and which of them an item is about, with the words, tags
//! and links that say so. Pure, over strings: no files, no channels, and no rule of what makes a
//! topic a claim, which is `domain::topic`.

mod fold;
mod inflection;
mod matcher;
mod names;
mod ontology;
mod scan;
mod tags;
mod words;

pub use matcher::{Assigned, Cause, CauseKind, Matcher};
pub use ontology::{InvalidOntology, Ontology, Topic};
