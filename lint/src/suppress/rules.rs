//! The rules about suppressions, and those about sockets, as one list.

use sockopt_analysis::{RULES, Rule, rules};

/// A suppression that has nothing to suppress.
pub static UNUSED: Rule = Rule::elsewhere(
    "unused_suppression",
    "suppression of something that is not found",
    "\
### What it does
Finds a rule in a `// sockopt: allow(rule) -- reason` that reports nothing at the place.

### Why is this bad?
What was suppressed has been repaired or has moved. The comment claims a problem that is not there any more, and
will hide the next one.

### Bad
```rust,no_run
// sockopt: allow(late_option) -- there is no socket here
fn main() {}
```

### Good
```rust,no_run
fn main() {}
```

### Fix
Machine applicable: the rule is removed from the comment, or the comment if it names no other.

### Known misses
A suppression counts as used if the rule reports something at the place on any platform, at any level, in any
package, whatever is reported by the run at hand. In a project of which some file could not be read or parsed, and
in a text from standard input, none is called unused, since what it suppresses can begin elsewhere.
",
);

/// A suppression that suppresses nothing since it is not written as one.
pub static MALFORMED: Rule = Rule::elsewhere(
    "malformed_suppression",
    "suppression without a reason, or misspelt",
    "\
### What it does
Finds a comment that was meant to be a `// sockopt: allow(rule) -- reason` and is none: it gives no reason, names
no rule, or is written in another way.

### Why is this bad?
It suppresses nothing. The reason is mandatory: whoever meets the comment next year has to know whether it still
holds.

### Bad
```rust,no_run
// sockopt: allow(late_option)
fn main() {}
```

### Good
```rust,no_run
fn main() {}
```

### Fix
Machine applicable where it is clear what was meant.

### Known misses
A comment that mentions a suppression is prose, and so is one in a documentation comment (`///`).
",
);

/// A suppression of a rule that does not exist.
pub static UNKNOWN: Rule = Rule::elsewhere(
    "unknown_rule",
    "suppression of a rule that does not exist",
    "\
### What it does
Finds a `// sockopt: allow(rule) -- reason` with a name that is no rule's.

### Why is this bad?
It suppresses nothing. Groups of rules cannot be suppressed in a comment: name the rule, so that others are still
heard.

### Bad
```rust,no_run
// sockopt: allow(late_options) -- it is only late
fn main() {}
```

### Good
```rust,no_run
fn main() {}
```

### Fix
Unsafe, since only the author knows what was meant: the rule with the nearest name, or none.

### Known misses
None.
",
);

/// Those of this list.
static OWN: [&Rule; 3] = [&UNUSED, &MALFORMED, &UNKNOWN];

/// Every rule, in the order in which they are listed to users.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain(OWN)
}

/// The rule called `name`; a dash is read as an underscore.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Rule> {
    let plain = name.replace('-', "_");
    rules::by_name(name).or_else(|| OWN.into_iter().find(|rule| rule.name == plain))
}

/// Whether a rule is called so.
#[must_use]
pub fn is_known(name: &str) -> bool {
    by_name(name).is_some()
}
