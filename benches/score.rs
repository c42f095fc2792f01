//! What one score takes, without the database and the network.
//! `cargo bench --bench score`

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use glasklar::app::{MODEL, read_model};
use glasklar::domain::evidence::{Channel, Provenance};
use glasklar::domain::model::Model;
use glasklar::domain::score;
use glasklar::domain::summary::Summary;
use glasklar::domain::time::Day;

const TODAY: Day = Day::from_number(20_000);

/// Evidence on every channel, over two years.
fn summary(model: &Model, items: i32) -> Summary {
    let mut summary = Summary::empty(TODAY);
    for item in 0..items {
        let at = usize::try_from(item).unwrap_or(0) % Channel::ALL.len();
        let channel = Channel::ALL.get(at).copied().unwrap_or(Channel::Other);
        let count = |signal: u8| u64::from(signal) + u64::from(item.unsigned_abs()) % 97;
        let reactions: Vec<_> = channel
            .signals()
            .iter()
            .map(|signal| (*signal, count(signal.number()), Provenance::Uploaded))
            .collect();
        let posted = Day::from_number(TODAY.number() - item % 730);
        summary.add(model, channel, posted, &reactions);
    }
    summary
}

fn scores(criterion: &mut Criterion) {
    let Ok(model) = read_model(MODEL) else { return };
    let full = summary(&model, 10_000);
    let later = Day::from_number(TODAY.number() + 30);
    criterion.bench_function("one score of 16 channels, target 5 us", |bencher| {
        bencher.iter(|| score::score(black_box(&model), black_box(&full), black_box(later)));
    });
}

criterion_group!(benches, scores);
criterion_main!(benches);
