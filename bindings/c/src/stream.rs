//! Streams of random numbers, as the contract of randomness states them.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::rand_core::Rng;
use lanewalk_core::{Label, Stream, base, distance_key, independent_seed};

use crate::handle::{free, give, is_shareable, required};
use crate::memory::{input, output};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text;

/// A stream of random numbers. Walker i of a walk uses stream i of the label "walk" and nothing else.
pub struct lanewalk_stream(Stream);

const _: () = is_shareable::<lanewalk_stream>();

/// A label: 1 to 8 ASCII characters.
///
/// # Safety
/// As for `text::text`.
unsafe fn label(label: *const c_char) -> Result<Label> {
    // SAFETY: promised by the caller.
    let text = unsafe { text::text("label", label) }?;
    Label::ascii(text)
        .ok_or_else(|| Failure::invalid("label", format_args!("got '{text}', expected 1 to 8 ASCII characters")))
}

/// The base of a family of streams: mix(seed ^ mix(label + G)).
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_base(
    seed: u64,
    label: *const c_char,
    value: Option<&mut MaybeUninit<u64>>,
) -> lanewalk_status {
    call(|| {
        let out = required("value", value)?;
        // SAFETY: the contract makes the text valid.
        out.write(base(seed, unsafe { self::label(label) }?));
        Ok(())
    })
}

/// The seed of an independent entry with these `count` keys, applied in their order: for a list of distances the key
/// of `lanewalk_distance_key`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_independent_seed(
    seed: u64,
    keys: *const u64,
    count: usize,
    value: Option<&mut MaybeUninit<u64>>,
) -> lanewalk_status {
    call(|| {
        let out = required("value", value)?;
        // SAFETY: the contract makes the array valid.
        out.write(independent_seed(seed, unsafe { input("keys", keys, count) }?));
        Ok(())
    })
}

/// The key of a distance or a radius: the barrier in units of 2^-31.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_distance_key(distance: f64, key: Option<&mut MaybeUninit<u64>>) -> lanewalk_status {
    call(|| {
        let out = required("key", key)?;
        if !(distance > 0.0 && distance.is_finite()) {
            return Err(Failure::invalid("distance", format_args!("got {distance}, expected a finite number above 0")));
        }
        out.write(distance_key(distance));
        Ok(())
    })
}

/// Creates stream `index` (below 2^62) of a seed and a label of 1 to 8 ASCII characters, such as "walk". With labels
/// of your own, your streams are those of no run of lanewalk. The caller owns `*stream`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stream_new(
    seed: u64,
    label: *const c_char,
    index: u64,
    stream: Option<&mut MaybeUninit<*mut lanewalk_stream>>,
) -> lanewalk_status {
    call(|| {
        let out = required("stream", stream)?;
        // SAFETY: the contract makes the text valid.
        let label = unsafe { self::label(label) }?;
        give(out, lanewalk_stream(Stream::new(seed, label, index)?));
        Ok(())
    })
}

/// Writes the next `count` draws of 64 bits. On the line, a draw gives two steps in units of 2^-31: its upper 32 bits
/// as a signed number, and then its lower 32 bits.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stream_draw(
    stream: Option<&mut lanewalk_stream>,
    draws: *mut u64,
    count: usize,
) -> lanewalk_status {
    call(|| {
        let stream = required("stream", stream)?;
        // SAFETY: the contract makes the array valid.
        let draws = unsafe { output("draws", draws, count) }?;
        draws.fill_with(|| stream.0.next_u64());
        Ok(())
    })
}

/// Frees a stream and sets `*stream` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stream_free(stream: Option<&mut *mut lanewalk_stream>) {
    free(stream);
}
