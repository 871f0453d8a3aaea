//! Names from the caller, and texts for the caller.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::str::FromStr;

use crate::memory;
use crate::status::{Failure, Result};

/// A text that ends with a zero byte.
///
/// # Safety
/// `pointer` is null or points to such a text, which nothing changes during the lifetime.
pub(crate) unsafe fn text<'a>(argument: &'static str, pointer: *const c_char) -> Result<&'a str> {
    if pointer.is_null() {
        return Err(Failure::null(argument));
    }
    // SAFETY: promised by the caller.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map_err(|_| Failure::invalid(argument, "got a text that is not UTF-8"))
}

/// A value by its name.
///
/// # Safety
/// As for `text`.
pub(crate) unsafe fn named<T: FromStr<Err = lanewalk_core::Error>>(
    argument: &'static str,
    pointer: *const c_char,
) -> Result<T> {
    // SAFETY: promised by the caller.
    Ok(unsafe { text(argument, pointer) }?.parse()?)
}

/// Copies a text and its final zero byte to the caller's buffer. With the size 0, only the length is written.
///
/// # Safety
/// `buffer` points to `size` bytes that nothing else uses.
pub(crate) unsafe fn copy(
    text: &str,
    buffer: *mut c_char,
    size: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> Result<()> {
    if size == 0 && length.is_none() {
        return Err(Failure::null("length"));
    }
    if let Some(length) = &length {
        memory::disjoint("length", (length.as_ptr(), 1), (buffer, size))?;
    }
    if size > 0 {
        // SAFETY: promised by the caller.
        let buffer = unsafe { memory::output("buffer", buffer.cast::<u8>(), size) }?;
        if size <= text.len() {
            let needed = text.len() + 1;
            return Err(Failure::invalid("size", format_args!("got {size} bytes, expected at least {needed}")));
        }
        buffer[..text.len()].copy_from_slice(text.as_bytes());
        buffer[text.len()] = 0;
    }
    if let Some(length) = length {
        length.write(text.len());
    }
    Ok(())
}

/// The most characters of a value of the caller in a message.
const MAX_ECHO: usize = 60;

/// The most characters of a message.
const MAX_MESSAGE: usize = 600;

/// A value of the caller, as a message shows it: its first characters, if it is long.
pub(crate) fn echo(value: &str) -> String {
    let quoted = value.len() > 1 && value.starts_with('\'') && value.ends_with('\'');
    cut(&with_short_numbers(value), MAX_ECHO, if quoted { "...'" } else { "..." })
}

/// A message, with its first characters only if it is long.
pub(crate) fn bounded(message: &str) -> String {
    cut(&with_short_numbers(message), MAX_MESSAGE, "...")
}

fn cut(text: &str, count: usize, end: &str) -> String {
    match text.char_indices().nth(count) {
        Some((length, _)) => text[..length].to_owned() + end,
        None => text.to_owned(),
    }
}

/// Writes numbers with more digits than a whole number of 128 bits has with an exponent.
fn with_short_numbers(text: &str) -> String {
    const MAX_DIGITS: usize = 40;
    if text.len() <= MAX_DIGITS {
        return text.to_owned();
    }
    let shorter = |word: &str| {
        let digits = word.trim_end_matches(',');
        let number = if digits.len() > MAX_DIGITS { digits.parse::<f64>().ok() } else { None };
        number.map_or_else(|| word.to_owned(), |number| format!("{number:e}{}", &word[digits.len()..]))
    };
    text.split(' ').map(shorter).collect::<Vec<_>>().join(" ")
}
