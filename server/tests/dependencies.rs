//! Dependencies point one way: `derive <- protocol <- sim <- server`, `protocol <- loadgen`, `sim, protocol, server <- benches`.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Each package with all that it may name of ours.
const ALLOWED: &[(&str, &[&str])] = &[
    ("skirmish-derive", &[]),
    ("skirmish-protocol", &["skirmish-derive"]),
    ("skirmish-sim", &["skirmish-protocol"]),
    ("skirmish-server", &["skirmish-protocol", "skirmish-sim"]),
    ("skirmish-loadgen", &["skirmish-protocol"]),
    ("skirmish-benches", &["skirmish-protocol", "skirmish-server", "skirmish-sim"]),
];

/// What the crates without I/O may name of others'.
const FOREIGN: &[(&str, &[&str])] = &[
    ("skirmish-protocol", &["rmp", "serde_json", "smallvec", "thiserror"]),
    (
        "skirmish-sim",
        &["bevy_ecs", "fastrand", "rmp-serde", "safe_arch", "serde", "serde_json", "smallvec", "thiserror"],
    ),
];

/// What must not stand behind the crates without I/O, however indirectly.
const INPUT_OUTPUT: &[&str] = &["tokio", "mio", "socket2", "hyper", "tungstenite", "async-io", "crossbeam-channel"];

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let options = ["--offline", "--locked", "--filter-platform", "host-tuple"].map(str::to_owned);
    MetadataCommand::new().manifest_path(manifest).other_options(options).exec().expect("cargo knows this workspace")
}

/// What a workspace member names as a dependency outside of its tests.
fn named(metadata: &Metadata, package: &str) -> BTreeSet<String> {
    let mut members = metadata.workspace_packages().into_iter();
    let package = members.find(|member| *member.name == *package).expect("a member of the workspace");
    let used = package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
    used.map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn every_crate_of_ours_names_only_those_beneath_it() {
    let metadata = metadata();
    let ours: BTreeSet<String> = metadata.workspace_packages().iter().map(|member| member.name.to_string()).collect();
    assert_eq!(ours, ALLOWED.iter().map(|(package, _)| (*package).to_owned()).collect());
    for (package, allowed) in ALLOWED {
        for name in named(&metadata, package).intersection(&ours) {
            assert!(allowed.contains(&name.as_str()), "{package} must not depend on {name}");
        }
    }
}

#[test]
fn the_crates_without_io_name_only_what_is_listed() {
    let metadata = metadata();
    for (package, allowed) in FOREIGN {
        for name in named(&metadata, package).iter().filter(|name| !name.starts_with("skirmish-")) {
            assert!(allowed.contains(&name.as_str()), "{package} depends on {name}, which is not listed here");
        }
    }
}

#[test]
fn nothing_behind_the_crates_without_io_does_io() {
    let metadata = metadata();
    let graph = graph(&metadata);
    for (package, _) in FOREIGN {
        let behind = reachable(&graph, package);
        assert!(behind.contains("thiserror"), "the graph of {package} was read");
        for name in INPUT_OUTPUT {
            assert!(!behind.contains(*name), "{name} stands behind {package}");
        }
    }
}

/// Names of packages, each with those that it uses outside of its tests.
fn graph(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let resolve = metadata.resolve.as_ref().expect("the dependencies are resolved");
    let name = |id| metadata[id].name.to_string();
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in &resolve.nodes {
        let used = node
            .deps
            .iter()
            .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development));
        graph.entry(name(&node.id)).or_default().extend(used.map(|dependency| name(&dependency.pkg)));
    }
    graph
}

fn reachable(graph: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![from.to_owned()];
    while let Some(name) = waiting.pop() {
        if found.insert(name.clone()) {
            waiting.extend(graph.get(&name).into_iter().flatten().cloned());
        }
    }
    found
}
