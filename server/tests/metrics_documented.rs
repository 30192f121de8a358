//! `docs/metrics.md` has every metric that the code has, and no other.

use std::collections::BTreeSet;

/// Names of metrics between two of these marks.
fn names(text: &'static str, mark: char) -> BTreeSet<&'static str> {
    let ours = |name: &&str| name.starts_with("skirmish_") || name.starts_with("process_");
    let is_name = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text.split(mark).filter(ours).filter(is_name).collect()
}

#[test]
fn every_metric_is_on_the_page_and_every_metric_of_the_page_exists() {
    let code = names(include_str!("../src/metrics.rs"), '"');
    let page = names(include_str!("../../docs/metrics.md"), '`');
    assert!(code.contains("skirmish_ticks_total") && code.contains("process_threads"), "{code:?}");
    assert_eq!(code, page);
}
