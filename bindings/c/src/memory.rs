//! Arrays of the caller.

use std::slice;

use crate::status::{Failure, Result};

/// Checks that an array can exist: a pointer that is not null and aligned, and a size that memory can hold.
fn check<T>(argument: &'static str, pointer: *const T, count: usize) -> Result<()> {
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    if !pointer.is_aligned() {
        let expected = align_of::<T>();
        return Err(Failure::invalid(argument, format_args!("got a pointer that is not a multiple of {expected}")));
    }
    if count > isize::MAX as usize / size_of::<T>() {
        return Err(Failure::invalid(argument, format_args!("got {count} entries, which exceed the memory")));
    }
    Ok(())
}

/// An array that the function reads. A null pointer is an empty array if the size is 0.
///
/// # Safety
/// `pointer` points to `count` values that nothing changes during the lifetime.
pub(crate) unsafe fn input<'a, T>(argument: &'static str, pointer: *const T, count: usize) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    check(argument, pointer, count)?;
    // SAFETY: checked above, and promised by the caller.
    Ok(unsafe { slice::from_raw_parts(pointer, count) })
}

/// An array that the function writes. A null pointer is an empty array if the size is 0.
///
/// # Safety
/// `pointer` points to memory for `count` values that nothing else uses during the lifetime. The memory need not be
/// initialised where `T` has no invalid values and the function writes before it reads.
pub(crate) unsafe fn output<'a, T>(argument: &'static str, pointer: *mut T, count: usize) -> Result<&'a mut [T]> {
    if count == 0 {
        return Ok(&mut []);
    }
    check(argument, pointer, count)?;
    // SAFETY: checked above, and promised by the caller.
    Ok(unsafe { slice::from_raw_parts_mut(pointer, count) })
}

/// Refuses an array, by its name, that shares memory with another one.
pub(crate) fn disjoint<T, U>(
    argument: &'static str,
    (array, count): (*const T, usize),
    (other, other_count): (*const U, usize),
) -> Result<()> {
    let end = |start: usize, count: usize, size: usize| start.saturating_add(count.saturating_mul(size));
    let (start, other_start) = (array.addr(), other.addr());
    let both = count > 0 && other_count > 0 && !array.is_null() && !other.is_null();
    if both && start < end(other_start, other_count, size_of::<U>()) && other_start < end(start, count, size_of::<T>())
    {
        return Err(Failure::invalid(argument, "got an array that overlaps another one, expected memory of its own"));
    }
    Ok(())
}
