//! Every stage of the pipeline, at several sizes of the workload.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use skirmish_benches::stages::{ENTITIES, Stage};

fn bench(criterion: &mut Criterion) {
    for stage in Stage::ALL {
        let mut group = criterion.benchmark_group(stage.name());
        group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).sample_size(30);
        for entities in ENTITIES {
            let mut work = stage.prepare(entities);
            group.throughput(Throughput::Elements(u64::from(entities) * stage.ticks() as u64));
            group.bench_function(BenchmarkId::from_parameter(entities), |bencher| bencher.iter(&mut work));
        }
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
