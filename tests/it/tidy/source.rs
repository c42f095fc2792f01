//! Rust source as the rules see it: lines, tokens, and every path it names, with `super` and
//! imported names resolved. A reader of tokens, not a compiler: it knows nothing of types.

use std::collections::HashMap;

/// A source file.
pub(crate) struct Source {
    /// From the root of the repository, with slashes.
    pub(crate) path: String,
    /// The text as it is.
    pub(crate) text: String,
    /// The text with literals and comments blanked.
    pub(crate) code: String,
    /// The text with literals blanked.
    pub(crate) without_literals: String,
    /// The code in tokens.
    pub(crate) tokens: Vec<Token>,
}

/// A word, `::`, `->`, or one other character.
pub(crate) struct Token {
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(is_word_part)
    }
}

/// A path that the code names.
pub(crate) struct Named {
    /// From the crate's root (`crate`) or an outside crate, as far as imports tell; `*` for a
    /// glob.
    pub(crate) segments: Vec<String>,
    /// From 1.
    pub(crate) line: usize,
}

impl Named {
    /// Whether this is that path, or something inside it, or a glob that may bring it.
    pub(crate) fn reaches(&self, path: &[&str]) -> bool {
        for (index, expected) in path.iter().enumerate() {
            match self.segments.get(index).map(String::as_str) {
                Some("*") => return index > 0,
                Some(segment) if segment == *expected => {}
                _ => return false,
            }
        }
        true
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Code,
    Comment,
    Literal,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let classes = classify(&text.chars().collect::<Vec<_>>());
        let keep = |kept: &[Class]| -> String {
            let characters = text.chars().zip(&classes);
            characters
                .map(|(c, class)| if c == '\n' || kept.contains(class) { c } else { ' ' })
                .collect()
        };
        let code = keep(&[Class::Code]);
        Self {
            without_literals: keep(&[Class::Code, Class::Comment]),
            tokens: tokens(&code),
            path,
            code,
            text,
        }
    }

    /// The module's names from the crate's root; `None` outside `src` and `migrations`.
    pub(crate) fn module(&self) -> Option<Vec<String>> {
        let inside = match self.path.strip_prefix("src/") {
            Some(inside) => inside,
            None if self.path.starts_with("migrations/") => &self.path,
            None => return None,
        };
        let mut names: Vec<_> = inside.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
        let last = names.pop()?;
        match last.strip_suffix("_tests") {
            // Declared by the module beside it, as its module `tests`.
            Some(tested) => names.extend([tested.to_owned(), "tests".to_owned()]),
            None if last == "mod" || (names.is_empty() && last == "lib") => {}
            None => names.push(last),
        }
        Some(names)
    }

    /// Whether this is a file of unit tests.
    pub(crate) fn is_unit_test(&self) -> bool {
        self.module().is_some_and(|names| names.iter().skip(1).any(|name| name == "tests"))
    }

    /// Every path in the code, those of imports included.
    pub(crate) fn paths(&self) -> Vec<Named> {
        let mut reader = Reader {
            tokens: &self.tokens,
            module: self.module().unwrap_or_default(),
            named: Vec::new(),
            imported: HashMap::new(),
        };
        reader.read();
        let imported = reader.imported;
        // Imports may build on imports.
        (0..3).fold(reader.named, |named, _| {
            named.into_iter().flat_map(|path| resolve(path, &imported)).collect()
        })
    }
}

/// What a path stands for, by the imports of the file; several if several scopes differ.
fn resolve(path: Named, imported: &HashMap<String, Vec<Vec<String>>>) -> Vec<Named> {
    let Some(targets) = path.segments.first().and_then(|first| imported.get(first)) else {
        return vec![path];
    };
    let named = |target: &Vec<String>| Named {
        segments: target.iter().chain(&path.segments[1..]).cloned().collect(),
        line: path.line,
    };
    targets.iter().map(named).collect()
}

struct Reader<'a> {
    tokens: &'a [Token],
    module: Vec<String>,
    named: Vec<Named>,
    imported: HashMap<String, Vec<Vec<String>>>,
}

impl Reader<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn before(&self, at: usize, by: usize) -> &str {
        at.checked_sub(by).map_or("", |at| self.text(at))
    }

    fn read(&mut self) {
        let mut opened = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            match self.text(at) {
                "{" => {
                    let is_module = self.before(at, 2) == "mod";
                    if is_module {
                        let name = self.before(at, 1).to_owned();
                        self.module.push(name);
                    }
                    opened.push(is_module);
                    at += 1;
                }
                "}" => {
                    if opened.pop() == Some(true) {
                        self.module.pop();
                    }
                    at += 1;
                }
                _ if !self.tokens[at].is_word() || self.before(at, 1) == "." => at += 1,
                _ => {
                    let leading = usize::from(self.before(at, 1) == "::");
                    let imports = self.before(at, 1 + leading) == "use";
                    at = self.read_path(Vec::new(), at, imports);
                }
            }
        }
    }

    /// Reads a path, or the tree of an import, and returns where it ends.
    fn read_path(&mut self, mut segments: Vec<String>, at: usize, imports: bool) -> usize {
        if self.text(at) == "{" {
            let mut at = at + 1;
            while at < self.tokens.len() && self.text(at) != "}" {
                at = self.read_path(segments.clone(), at, imports);
            }
            return at + 1;
        }
        if self.text(at) == "*" || self.tokens[at].is_word() {
            segments.push(self.text(at).to_owned());
        } else {
            return at + 1;
        }
        let goes_on = |next: &str| next == "{" || next == "*" || next.starts_with(is_word_part);
        if self.text(at + 1) == "::" && goes_on(self.text(at + 2)) {
            return self.read_path(segments, at + 2, imports);
        }
        if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let renamed = imports && self.text(at + 1) == "as";
        let end = if renamed { at + 3 } else { at + 1 };
        let local = if renamed {
            self.text(at + 2).to_owned()
        } else {
            segments.last().cloned().unwrap_or_default()
        };
        let segments = self.absolute(segments);
        // An import of a crate by its own name would stand for itself without end.
        if imports && local != segments[0] {
            self.imported.entry(local).or_default().push(segments.clone());
        }
        let line = self.tokens[at].line;
        self.named.push(Named { segments, line });
        end
    }

    /// Replaces `self` and `super` at the start by the module that they mean.
    fn absolute(&self, segments: Vec<String>) -> Vec<String> {
        let relative = segments.iter().take_while(|name| *name == "self" || *name == "super");
        let relative = relative.count();
        if relative == 0 || (segments.len() == 1 && segments[0] == "self") {
            return segments;
        }
        let ups = segments[..relative].iter().filter(|name| *name == "super").count();
        let kept = self.module.len().saturating_sub(ups);
        let mut path = vec!["crate".to_owned()];
        path.extend_from_slice(&self.module[..kept]);
        path.extend_from_slice(&segments[relative..]);
        path
    }
}

fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = if is_word_part(first) {
                rest.find(|c| !is_word_part(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") || rest.starts_with("->") {
                2
            } else {
                first.len_utf8()
            };
            tokens.push(Token { text: rest[..length].to_owned(), line: number + 1 });
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

fn classify(text: &[char]) -> Vec<Class> {
    let mut classes = Vec::with_capacity(text.len());
    while classes.len() < text.len() {
        let (class, length) = next_piece(text, classes.len());
        let end = text.len().min(classes.len() + length);
        classes.resize(end, class);
    }
    classes
}

/// The class and length of the comment, literal or single character that begins here.
fn next_piece(text: &[char], at: usize) -> (Class, usize) {
    let rest = &text[at..];
    let begins = |start: &str| start.chars().eq(rest.iter().copied().take(start.len()));
    let up_to = |end: Option<usize>| end.unwrap_or(rest.len());
    if begins("//") {
        return (Class::Comment, up_to(rest.iter().position(|c| *c == '\n')));
    }
    if begins("/*") {
        return (Class::Comment, block_comment(rest));
    }
    let prefixed = |by: usize| at.checked_sub(by).is_some_and(|before| is_word_part(text[before]));
    // `br` and `cr` begin raw literals too; a longer word that ends in r does not.
    let word = prefixed(1) && (prefixed(2) || !matches!(text[at - 1], 'b' | 'c'));
    if rest[0] == 'r' && !word {
        let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
        if rest.get(1 + hashes) == Some(&'"') {
            let closing: String = std::iter::once('"').chain("#".repeat(hashes).chars()).collect();
            let closing: Vec<char> = closing.chars().collect();
            let body = 2 + hashes;
            let end = rest[body..].windows(closing.len()).position(|part| part == closing);
            return (Class::Literal, up_to(end.map(|end| body + end + closing.len())));
        }
    }
    match rest {
        ['"', ..] => (Class::Literal, quoted(rest, '"')),
        ['\'', '\\', ..] => (Class::Literal, quoted(rest, '\'')),
        ['\'', _, '\'', ..] => (Class::Literal, 3),
        _ => (Class::Code, 1),
    }
}

/// The length of a literal with escapes, quotes included.
fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of a block comment; in Rust they nest.
fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match (rest[at], rest.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests;
