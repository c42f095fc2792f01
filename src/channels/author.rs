//! Whose export it is, where only its items tell: who wrote most of them. No formats here.

/// Most different authors that are told apart.
const AUTHORS: usize = 1_000;

/// Authors and how often each was seen.
#[derive(Default)]
pub(super) struct Authors<A>(Vec<(A, u64)>);

impl<A> Authors<A> {
    /// Counts an author, who is one of those known if `same` says so.
    pub(super) fn saw(&mut self, author: A, same: impl Fn(&A, &A) -> bool) {
        if let Some((_, times)) = self.0.iter_mut().find(|(known, _)| same(known, &author)) {
            *times += 1;
        } else if self.0.len() < AUTHORS {
            self.0.push((author, 1));
        }
    }

    /// All that were seen.
    pub(super) fn all(&self) -> impl Iterator<Item = &A> {
        self.0.iter().map(|(author, _)| author)
    }

    /// Whether one was seen more often than all others together, or nobody at all.
    pub(super) fn has_majority(&self) -> bool {
        let most = self.0.iter().map(|(_, times)| *times).max().unwrap_or_default();
        most * 2 > self.0.iter().map(|(_, times)| *times).sum() || self.0.is_empty()
    }

    /// Who was seen most often; the first of several.
    pub(super) fn main(self) -> Option<A> {
        let most = self.0.iter().map(|(_, times)| *times).max()?;
        self.0.into_iter().find(|(_, times)| *times == most).map(|(author, _)| author)
    }
}
