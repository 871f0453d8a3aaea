//! Values that are computed once, at their first use, and then shared.

use std::sync::Arc;

use crate::once::Once;

/// A value that belongs to a problem. The clones and the results of the problem share it.
#[derive(Debug)]
pub(crate) struct Solved<T>(Arc<Once<T>>);

impl<T> Solved<T> {
    pub(crate) fn get(&self, solve: impl FnOnce() -> T) -> &T {
        self.0.get(solve)
    }

    /// Like [`Solved::get`]. An error is not kept.
    #[cfg(feature = "exact")]
    pub(crate) fn try_get<E>(&self, solve: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        self.0.try_get(solve)
    }
}

impl<T> Clone for Solved<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Solved<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// A solution follows from its problem, so all solutions count as equal, whether they are computed or not.
impl<T> PartialEq for Solved<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_solution() {
        let mut solves = 0;
        let solved = Solved::default();
        let clone = solved.clone();
        for shared in [&solved, &clone, &solved] {
            assert_eq!(
                *shared.get(|| {
                    solves += 1;
                    7
                }),
                7
            );
        }
        assert!(solves == 1 && std::ptr::eq(solved.get(|| 8), clone.get(|| 9)));
        assert!(solved == Solved::default());
    }
}
