//! The people of a dump: what each of them posted, and who came to their questions.

use std::collections::{BTreeMap, BTreeSet};

use super::dump::{Dump, Post};
use crate::domain::time::Day;

/// What one person posted.
#[derive(Clone, Debug, Default)]
pub struct Posts<'d> {
    /// Answers, in the order of the dump.
    pub answers: Vec<&'d Post>,
    /// Questions, in the order of the dump.
    pub questions: Vec<&'d Post>,
}

impl<'d> Posts<'d> {
    /// Answers and questions.
    pub fn all(&self) -> impl Iterator<Item = &'d Post> {
        self.answers.iter().chain(&self.questions).copied()
    }
}

/// Everybody who posted something, in a fixed order.
pub fn posters(dump: &Dump) -> BTreeMap<u32, Posts<'_>> {
    let mut people: BTreeMap<u32, Posts<'_>> = BTreeMap::new();
    for post in dump.posts.iter().filter(|post| post.owner != 0) {
        let person = people.entry(post.owner).or_default();
        if post.is_answer() { &mut person.answers } else { &mut person.questions }.push(post);
    }
    people
}

/// Who answered or commented under somebody's questions, and what these people post about.
#[derive(Debug)]
pub struct Audiences {
    engaged: BTreeMap<u32, BTreeSet<u32>>,
    active: BTreeMap<u32, BTreeSet<u32>>,
}

impl Audiences {
    /// The audiences as they were before a day.
    pub fn before(dump: &Dump, day: Day) -> Self {
        let mut engaged: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut active: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for post in dump.posts.iter().filter(|post| post.day < day && post.owner != 0) {
            active.entry(post.owner).or_default().extend(dump.tags_of(post));
            let question = post.question.and_then(|at| dump.posts.get(at as usize));
            let asked = question.map(|question| question.owner).filter(|owner| *owner != 0);
            if let Some(asked) = asked.filter(|asked| *asked != post.owner) {
                engaged.entry(asked).or_default().insert(post.owner);
            }
        }
        for (asked, by, on) in &dump.comments {
            if *on < day {
                engaged.entry(*asked).or_default().insert(*by);
            }
        }
        Self { engaged, active }
    }

    /// Tags that at least so many of a person's audience post about.
    pub fn interests(&self, person: u32, least: usize) -> BTreeSet<u32> {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for other in self.engaged.get(&person).into_iter().flatten() {
            for tag in self.active.get(other).into_iter().flatten() {
                *counts.entry(*tag).or_default() += 1;
            }
        }
        counts.into_iter().filter(|(_, count)| *count >= least).map(|(tag, _)| tag).collect()
    }
}
