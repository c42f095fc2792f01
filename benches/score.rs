//! What one score and one explanation take, without the database and the network.
//! `cargo bench --bench score`; `glasklar bench explain` measures the same without criterion.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use glasklar::app::models::{MODEL, read_model};
use glasklar::bench::explain::Evidence;

fn scores(criterion: &mut Criterion) {
    let Ok(model) = read_model(MODEL) else { return };
    let (few, many) = (Evidence::new(&model, 100), Evidence::new(&model, 10_000));
    criterion.bench_function("one score of 16 channels (target 5 us)", |bencher| {
        bencher.iter(|| many.score(black_box(&model)));
    });
    criterion.bench_function("explaining 16 channels, 100 items (target 50 us)", |bencher| {
        bencher.iter_with_large_drop(|| few.explain(black_box(&model)));
    });
    criterion.bench_function("explaining 16 channels, 10,000 items (target 1 ms)", |bencher| {
        bencher.iter_with_large_drop(|| many.explain(black_box(&model)));
    });
}

criterion_group!(benches, scores);
criterion_main!(benches);
