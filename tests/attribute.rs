//! What the attribute makes of the fixtures, beside what their fixes make of them.

use sockopt_analysis::testing::{arranged, calls, fixed_by, items};

use crate::harness::Fixture;

/// The rules whose findings the attribute puts right.
const RULES: [&str; 2] = ["missing_reuseaddr", "late_option"];

/// Sources that the attribute arranges in another way than the fixes do, and why.
const OTHERWISE: &[(&str, &str)] = &[];

#[test]
fn the_attribute_and_the_fixes_make_the_same_calls() {
    let mut wrong = Vec::new();
    let (mut same, mut refused) = (0, 0);
    for (path, text) in Fixture::all().iter().flat_map(Fixture::sources) {
        let name = path.display().to_string();
        let fixed = fixed_by(&|rule| RULES.contains(&rule.name), &text, true);
        if fixed == text || OTHERWISE.iter().any(|(end, _)| name.ends_with(end)) {
            continue;
        }
        let (arranged, problems) = arranged(&text);
        if !problems.is_empty() {
            refused += 1;
            if items(&fixed, &RULES).is_empty() {
                let first = problems.first().map(|it| it.message.as_str()).unwrap_or_default();
                wrong.push(format!("{name}: only the fixes can do it: {first}"));
            }
            continue;
        }
        // A socket that comes from elsewhere may have the option: the attribute sets it, a fix does not.
        let items = items(&text, &RULES);
        let of = |text: &str| {
            let mut calls = calls(text);
            calls.retain(|item, _| items.contains(item));
            calls
        };
        let (ours, theirs) = (of(&arranged), of(&fixed));
        if ours == theirs {
            same += 1;
        } else {
            let first = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
            wrong.push(format!("{name}: {first:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{same} same, {refused} refused\n{}", wrong.join("\n"));
}
