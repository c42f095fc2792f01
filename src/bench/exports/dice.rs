//! Chance that is the same on every run and machine.

/// A sequence of numbers that look random (`SplitMix64`, Steele and others, 2014).
pub(super) struct Dice(u64);

const WORDS: [&str; 96] = [
    "today",
    "we",
    "found",
    "out",
    "why",
    "the",
    "index",
    "was",
    "never",
    "used",
    "and",
    "how",
    "a",
    "small",
    "change",
    "made",
    "our",
    "queries",
    "ten",
    "times",
    "faster",
    "because",
    "somebody",
    "finally",
    "read",
    "plan",
    "before",
    "writing",
    "another",
    "cache",
    "it",
    "is",
    "always",
    "worth",
    "asking",
    "what",
    "data",
    "really",
    "looks",
    "like",
    "in",
    "production",
    "after",
    "three",
    "years",
    "of",
    "growth",
    "then",
    "bread",
    "came",
    "from",
    "oven",
    "with",
    "crumb",
    "that",
    "nobody",
    "expected",
    "on",
    "Monday",
    "morning",
    "tests",
    "fail",
    "only",
    "when",
    "you",
    "are",
    "not",
    "looking",
    "at",
    "them",
    "which",
    "may",
    "be",
    "physics",
    "or",
    "just",
    "clock",
    "under",
    "your",
    "desk",
    "ships",
    "release",
    "café",
    "naïve",
    "über",
    "don't",
    "&",
    "<3",
    "😀",
    "→",
    "compiler",
    "borrow",
    "checker",
    "thread",
    "lock",
    "again",
];
const GERMAN: [&str; 32] = [
    "heute",
    "haben",
    "wir",
    "herausgefunden",
    "warum",
    "der",
    "Index",
    "nie",
    "benutzt",
    "wurde",
    "und",
    "wie",
    "eine",
    "kleine",
    "Änderung",
    "unsere",
    "Abfragen",
    "schneller",
    "macht",
    "weil",
    "endlich",
    "jemand",
    "den",
    "Plan",
    "gelesen",
    "hat",
    "bevor",
    "das",
    "nächste",
    "Brot",
    "fertig",
    "war",
];
const TAGS: [&str; 24] = [
    "rust",
    "rustlang",
    "postgres",
    "sqlite",
    "database",
    "sql",
    "testing",
    "baking",
    "sourdough",
    "bread",
    "opensource",
    "linux",
    "privacy",
    "grpc",
    "kubernetes",
    "performance",
    "compilers",
    "devops",
    "security",
    "hiring",
    "Datenschutz",
    "Backen",
    "physics",
    "coffee",
];

impl Dice {
    /// Begins a sequence.
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    /// Yes in so many of a hundred cases.
    pub(super) const fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// A number of reactions: mostly few, now and then very many.
    pub(super) const fn reactions(&mut self, usual: u64) -> u64 {
        let magnitude = self.below(12);
        let most = if magnitude < 4 {
            1
        } else if magnitude < 11 {
            usual
        } else {
            usual * 40
        };
        self.below(most + 1)
    }

    /// Words of a post, without its tags.
    pub(super) fn sentence(&mut self, german: bool) -> String {
        let words: &[&str] = if german { &GERMAN } else { &WORDS };
        let mut text = String::new();
        for _ in 0..8 + self.below(26) {
            text.push_str(self.pick(words));
            text.push(' ');
        }
        text.push_str(self.pick(words));
        text.push('.');
        text
    }

    pub(super) fn tag(&mut self) -> &'static str {
        self.pick(&TAGS)
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        let at = self.below(words.len() as u64);
        words.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or_default()
    }

    /// Letters and digits, as shorteners and file names have them.
    pub(super) fn token(&mut self, length: usize) -> String {
        const LETTERS: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut letter = || {
            let at = usize::try_from(self.below(62)).unwrap_or(0);
            char::from(LETTERS.get(at).copied().unwrap_or(b'A'))
        };
        (0..length).map(|_| letter()).collect()
    }
}
