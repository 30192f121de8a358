//! Stages 1 to 4: one tick of a match of arena, bots thinking included.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use skirmish_benches::{PLAYERS, arena, step};

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    for players in PLAYERS {
        let mut arena = arena(players);
        group.throughput(Throughput::Elements(players.into()));
        group.bench_function(BenchmarkId::from_parameter(players), |bencher| bencher.iter(|| step(&mut arena)));
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
