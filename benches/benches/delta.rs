//! Stage 5: encoding a keyframe, and the delta between two neighbouring ticks.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use skirmish_benches::{PLAYERS, Pair};
use skirmish_protocol::Scratch;

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("delta");
    for players in PLAYERS {
        let pair = Pair::of(players);
        let (mut scratch, mut out) = (Scratch::default(), Vec::new());
        group.throughput(Throughput::Elements(players.into()));
        for (name, keyframe) in [("keyframe", true), ("tick", false)] {
            group.bench_function(BenchmarkId::new(name, players), |bencher| {
                bencher.iter(|| {
                    out.clear();
                    pair.encode(keyframe, &mut scratch, &mut out);
                    std::hint::black_box(out.len())
                });
            });
        }
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
