//! The client's side: decoding and applying a keyframe, and a keyframe followed by one delta.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use skirmish_benches::{PLAYERS, Pair};
use skirmish_protocol::{Mirror, Settings};

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("apply");
    for players in PLAYERS {
        let pair = Pair::of(players);
        let settings = Settings {
            effective_tick: 1,
            tick_hz: pair.tick_hz,
            snapshot_interval: 1,
            interp_delay_ms: 100,
            dilation_permille: 1000,
            paused: false,
        };
        let mut mirror = Mirror::new(pair.plan.schema().clone(), &settings).expect("the schema is valid");
        let (keyframe, delta) = (pair.frame(true), pair.frame(false));
        group.throughput(Throughput::Elements(players.into()));
        group.bench_function(BenchmarkId::new("keyframe", players), |bencher| {
            bencher.iter(|| mirror.apply(&keyframe).expect("the keyframe applies"));
        });
        group.bench_function(BenchmarkId::new("keyframe and delta", players), |bencher| {
            bencher.iter(|| {
                mirror.apply(&keyframe).expect("the keyframe applies");
                mirror.apply(&delta).expect("the delta applies")
            });
        });
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
