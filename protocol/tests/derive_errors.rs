//! A mistake in an attribute is a compile error that names the field and says what to write instead.
//! After a wanted change, or with another compiler, write the expected texts anew with `TRYBUILD=overwrite`.

#[test]
fn every_mistake_is_explained_where_it_was_made() {
    trybuild::TestCases::new().compile_fail("tests/derive_errors/*.rs");
}
