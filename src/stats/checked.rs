//! Sums with an overflow check.

/// Adds the named integer fields of one value to those of another, in a function that returns a
/// [`Result`](crate::Result): the result is [`Error::Merge`](crate::Error::Merge) if a sum does not fit its integer.
macro_rules! add_checked {
    ($sum:expr, $more:expr, $($field:ident),+) => {
        $(
            $sum.$field = $sum.$field.checked_add($more.$field).ok_or_else(|| {
                $crate::Error::merge(concat!("the sum `", stringify!($field), "` does not fit its integer"))
            })?;
        )+
    };
}
pub(crate) use add_checked;
