//! Objects behind opaque pointers, and pointers to single values.

use std::mem::MaybeUninit;
use std::ptr;

use crate::status::{Failure, Result};

/// The object behind a pointer that must not be null.
pub(crate) fn required<T>(argument: &'static str, pointer: Option<T>) -> Result<T> {
    pointer.ok_or_else(|| Failure::null(argument))
}

/// Moves an object to the heap and gives the caller its pointer.
pub(crate) fn give<T>(out: &mut MaybeUninit<*mut T>, object: T) {
    out.write(Box::into_raw(Box::new(object)));
}

/// Frees the object behind a pointer and sets the pointer to null. Null pointers are permitted at both levels.
pub(crate) fn free<T>(handle: Option<&mut *mut T>) {
    let Some(handle) = handle else { return };
    let object = std::mem::replace(handle, ptr::null_mut());
    if !object.is_null() {
        // Dropping a handle must not unwind into C.
        // SAFETY: the pointer comes from `give`, and the contract permits freeing it once.
        let object = unsafe { Box::from_raw(object) };
        _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(object)));
    }
}

/// Fails to compile unless several threads may use a handle at the same time without changing it.
pub(crate) const fn is_shareable<T: Send + Sync>() {}
