//! Every test is run: a file beside others is a program of its own, or a module of one.

use std::fs;

use cargo_metadata::MetadataCommand;

#[test]
fn every_file_of_tests_is_a_program_or_a_module_of_one() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo knows this workspace");
    let mut files = 0;
    for package in &metadata.packages {
        let programs: Vec<_> = package.targets.iter().filter(|target| target.is_test()).collect();
        let texts = programs.iter().map(|program| fs::read_to_string(&program.src_path).expect("a program's source"));
        let texts: String = texts.collect();
        let folder = package.manifest_path.with_file_name("tests");
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            files += 1;
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a readable name");
            let is_program = programs.iter().any(|program| program.src_path == path);
            assert!(is_program || texts.contains(&format!("mod {name};")), "{} is not run", path.display());
        }
    }
    assert!(files > 80, "{files} files were found");
}
