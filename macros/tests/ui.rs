//! What the compiler says: one case per message.

#[test]
fn every_message_stands_at_what_it_is_about() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
