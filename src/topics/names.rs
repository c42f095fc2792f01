//! All names of all topics, as sequences of words: which of them begin at a word of a text. What
//! a match is worth is decided in `matcher`.

use rustc_hash::FxHashMap;

use super::fold::joined;
use super::ontology::{Ontology, Topic};
use super::scan::{Kind, Piece, Scan, is_soft};
use super::vocabulary::{NONE, Roles, Vocabulary, Words};

/// Most letters of a name that counts only as it is written, for with so few another case is
/// another word: `Go` and `go`, `IT` and `it`.
const SHORT: usize = 3;
/// A language that names are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

/// How a text is read, by its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// English names and their inflections; German ones as they stand.
    English,
    /// Both with inflections: Germans speak English about their work, and inflect it as well. Also
    /// for texts of which no language is known.
    Both,
    /// Only names that are the same in both languages: a word of a third language that looks like
    /// an English one most often means something else.
    Foreign,
}

impl Reading {
    pub(super) fn of(language: Option<&str>) -> Self {
        match language {
            Some("en") => Self::English,
            Some("de") | None => Self::Both,
            Some(_) => Self::Foreign,
        }
    }
}

/// A name as a name of one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The place of the topic in the ontology's order.
    pub(super) topic: u32,
    /// Whether it also means something else.
    pub(super) ambiguous: bool,
    /// Whether it counts only as it is written.
    exact: bool,
    /// Whether it is a name in both languages.
    shared: bool,
    /// The place of its spelling.
    spelling: u32,
}

/// A word of a text that occurs in some name, in up to four roles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    roles: Roles,
}

/// The names, by their words.
#[derive(Debug)]
pub(super) struct Names {
    vocabulary: Vocabulary,
    /// From a node and a word to the next node. The first two nodes begin English and German
    /// names.
    edges: FxHashMap<(u32, u32), u32>,
    /// The first words of names, by word: the node behind each in either language.
    first: Vec<[u32; 2]>,
    /// By node.
    uses: Vec<Vec<Use>>,
    spellings: Vec<Box<str>>,
}

/// The longest name that begins at a word: how many words it has, and its node in each language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Longest {
    pub(super) words: usize,
    nodes: [u32; 2],
}

impl Names {
    pub(super) fn new(ontology: &Ontology) -> Self {
        let mut names = Self {
            vocabulary: Words::new().inflect(),
            edges: FxHashMap::default(),
            first: Vec::new(),
            uses: vec![Vec::new(); 2],
            spellings: Vec::new(),
        };
        let mut words = Words::new();
        for (topic, at) in ontology.topics().zip(0..) {
            for name in topic.english_names() {
                names.add(&mut words, (topic, at), name, Language::English);
            }
            for name in topic.german_names() {
                names.add(&mut words, (topic, at), name, Language::German);
            }
        }
        names.first = vec![[NONE; 2]; words.count()];
        names.vocabulary = words.inflect();
        for ((from, word), to) in &names.edges {
            if let Some(first) = names.first.get_mut(*word as usize)
                && let Some(place) = first.get_mut(*from as usize)
            {
                *place = *to;
            }
        }
        for uses in &mut names.uses {
            // A name of two topics says of neither that it is meant.
            let shared = uses.iter().any(|one| uses.iter().any(|two| one.topic != two.topic));
            for one in uses.iter_mut() {
                one.ambiguous |= shared;
            }
        }
        names
    }

    fn add(
        &mut self,
        vocabulary: &mut Words,
        (topic, at): (&Topic, u32),
        name: &str,
        language: Language,
    ) {
        let own = joined(name);
        let same = |other: &str| joined(other) == own;
        let shared = match language {
            Language::English => topic.german_names().any(same),
            Language::German => topic.english_names().any(same),
        };
        let spelling = u32::try_from(self.spellings.len()).unwrap_or(NONE);
        self.spellings.push(name.into());
        let ambiguous = topic.ambiguous.iter().any(|known| same(known));
        let is_short = name.chars().filter(|c| c.is_alphanumeric()).count() <= SHORT;
        let one = Use {
            topic: at,
            ambiguous,
            // `REST` and `rest` are as different as `IT` and `it`.
            exact: is_short || (ambiguous && is_acronym(name)),
            shared,
            spelling,
        };
        let words = words_of_name(name);
        let mut nodes = vec![language as u32];
        for (place, word) in words.iter().enumerate() {
            let mut ids = vec![vocabulary.id(word)];
            if language == Language::German && place + 1 < words.len() {
                ids.extend(vocabulary.root_id(word));
            }
            nodes = self.step(&nodes, &ids);
        }
        if words.is_empty() {
            return;
        }
        for node in nodes {
            // The label of both languages may be the same, and a name may be told twice.
            if let Some(uses) = self.uses.get_mut(node as usize)
                && !uses.iter().any(|known| known.topic == at)
            {
                uses.push(one);
            }
        }
    }

    /// The nodes behind these by any of these words, made where there are none.
    fn step(&mut self, nodes: &[u32], ids: &[u32]) -> Vec<u32> {
        let mut next = Vec::new();
        for from in nodes {
            for id in ids {
                let free = u32::try_from(self.uses.len()).unwrap_or(NONE);
                let to = *self.edges.entry((*from, *id)).or_insert(free);
                if to == free {
                    self.uses.push(Vec::new());
                }
                next.push(to);
            }
        }
        next
    }

    /// What is known of a word of a text; `None` for a word of no name.
    #[inline]
    pub(super) fn word(
        &self,
        text: &str,
        folded: &str,
        piece: &Piece,
        reading: Reading,
    ) -> Option<Word> {
        let (mut start, mut end) = (piece.start, piece.end);
        let mut roles = None;
        if piece.signs_end > piece.end || piece.dotted {
            roles = self.vocabulary.roles(&with_signs(text, folded, piece));
        }
        if roles.is_some() {
            (start, end) = (piece.start - usize::from(piece.dotted), piece.signs_end);
        } else {
            roles = self.vocabulary.roles(folded);
        }
        let mut roles = roles?;
        if reading != Reading::Both {
            (roles.german, roles.adjective) = (NONE, NONE);
        }
        if reading == Reading::Foreign {
            roles.english = NONE;
        }
        Some(Word { start, end, roles })
    }

    /// Whether some name begins with a word.
    #[inline]
    pub(super) fn may_begin(&self, word: &Word) -> bool {
        let mut roles = word.roles();
        roles.any(|id| self.first.get(id as usize).is_some_and(|nodes| *nodes != [NONE; 2]))
    }

    /// The longest name that begins with the first of these words and counts in this reading. A
    /// name within a longer one is not meant: `New York Times` is not about New York, and what
    /// is above a topic is not claimed by it either.
    #[inline]
    pub(super) fn longest(&self, here: Here<'_>) -> Option<Longest> {
        let mut best = Longest { words: 0, nodes: [NONE; 2] };
        let first = here.words.first()?;
        for id in first.roles() {
            let Some(nodes) = self.first.get(id as usize) else {
                continue;
            };
            for (language, node) in nodes.iter().enumerate() {
                if *node != NONE && first.may_be(id, language, here.reading) {
                    self.follow(here, (*node, language, 1), &mut best);
                }
            }
        }
        (best.words > 0).then_some(best)
    }

    /// Goes on from a node that the first words lead to.
    fn follow(
        &self,
        here: Here<'_>,
        (node, language, taken): (u32, usize, usize),
        best: &mut Longest,
    ) {
        if taken >= best.words && self.counted(here, node, taken).next().is_some() {
            if taken > best.words {
                *best = Longest { words: taken, nodes: [NONE; 2] };
            }
            if let Some(place) = best.nodes.get_mut(language) {
                *place = node;
            }
        }
        let (Some(last), Some(next)) = (here.words.get(taken - 1), here.words.get(taken)) else {
            return;
        };
        if !is_soft(here.text.get(last.end..next.start).unwrap_or("\n")) {
            return;
        }
        for id in next.roles().filter(|id| next.may_be(*id, language, here.reading)) {
            if let Some(to) = self.edges.get(&(node, id)) {
                self.follow(here, (*to, language, taken + 1), best);
            }
        }
    }

    /// The uses of the longest name that count as it stands in the text.
    pub(super) fn uses<'n>(
        &'n self,
        here: Here<'n>,
        longest: Longest,
    ) -> impl Iterator<Item = Use> + 'n {
        let nodes = longest.nodes.into_iter();
        nodes.flat_map(move |node| self.counted(here, node, longest.words)).copied()
    }

    fn counted<'n>(
        &'n self,
        here: Here<'n>,
        node: u32,
        taken: usize,
    ) -> impl Iterator<Item = &'n Use> {
        let uses = self.uses.get(node as usize).map_or(&[][..], Vec::as_slice);
        let stands = move |one: &Use| {
            let spelling = self.spellings.get(one.spelling as usize);
            let (start, end) = here.span(taken);
            let text = here.text.get(start..end).unwrap_or_default();
            is_spelled(text, spelling.map_or("", |name| name))
        };
        uses.iter().filter(move |one| {
            (one.shared || here.reading != Reading::Foreign) && (!one.exact || stands(one))
        })
    }
}

/// A place in a text: its words from here on, and how they are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here<'w> {
    pub(super) text: &'w str,
    pub(super) words: &'w [Word],
    pub(super) reading: Reading,
}

impl Here<'_> {
    /// Where the first so many words stand, by bytes.
    pub(super) fn span(&self, words: usize) -> (usize, usize) {
        let start = self.words.first().map_or(0, |word| word.start);
        (start, self.words.get(words.saturating_sub(1)).map_or(0, |word| word.end))
    }
}

impl Word {
    /// The words that it may be, each once.
    #[inline]
    fn roles(&self) -> impl Iterator<Item = u32> {
        let Roles { plain, english, german, adjective } = self.roles;
        let german = if german == english { NONE } else { german };
        [plain, english, german, adjective].into_iter().filter(|id| *id != NONE)
    }

    /// Whether it may be that word in a name of a language: inflections are of one language,
    /// except that Germans inflect English names by the rules of both.
    #[inline]
    fn may_be(&self, id: u32, language: usize, reading: Reading) -> bool {
        let of_german = language == Language::German as usize;
        id == self.roles.plain
            || (id == self.roles.english && (!of_german || reading == Reading::Both))
            || (id == self.roles.german && reading == Reading::Both)
            || (id == self.roles.adjective && of_german)
    }
}

/// A short name as it is written, or several of it: `API` and `APIs`.
fn is_spelled(text: &str, name: &str) -> bool {
    let plural = || text.strip_suffix('s') == Some(name) && name.len() > 1 && is_acronym(name);
    text == name || plural()
}

/// Whether all letters are capitals.
pub(super) fn is_acronym(name: &str) -> bool {
    !name.chars().any(char::is_lowercase)
}

/// The folded word with the signs around it.
fn with_signs(text: &str, folded: &str, piece: &Piece) -> String {
    let signs = text.get(piece.end..piece.signs_end).unwrap_or_default();
    format!("{}{folded}{signs}", if piece.dotted { "." } else { "" })
}

/// The words of a name, with the signs around them.
fn words_of_name(name: &str) -> Vec<String> {
    let (mut scan, mut folded, mut words) = (Scan::new(name), String::new(), Vec::new());
    while let Some(piece) = scan.next(&mut folded) {
        if piece.kind == Kind::Word {
            words.push(with_signs(name, &folded, &piece));
        }
    }
    words
}
