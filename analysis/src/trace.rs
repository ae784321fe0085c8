//! What rules see of a program.

use std::marker::PhantomData;

/// The events of one function on one platform.
#[derive(Debug)]
pub struct Trace<'a> {
    marker: PhantomData<&'a ()>,
}
