//! Streams of random numbers, as the contract of randomness states them.

use std::ffi::c_char;
use std::mem::{MaybeUninit, transmute};

use lanewalk_core::rand_core::Rng;
use lanewalk_core::{Label, Stream, base, distance_key, independent_seed};

use crate::handle::required;
use crate::memory::{disjoint, input, output};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text;

/// A stream of random numbers: a plain value, and each copy draws on its own. Walker i of a walk uses stream i of the
/// label "walk" and nothing else.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_stream {
    /// The state of the generator, which `lanewalk_stream_new` writes. It is never all zero.
    pub state: [u64; 4],
}

impl From<Stream> for lanewalk_stream {
    fn from(stream: Stream) -> Self {
        // SAFETY: a stream is four words of 64 bits, as the sizes show, and nothing else.
        Self { state: unsafe { transmute::<Stream, [u64; 4]>(stream) } }
    }
}

impl lanewalk_stream {
    fn get(self) -> Result<Stream> {
        if self.state == [0; 4] {
            return Err(Failure::invalid("stream", "it was not created; call lanewalk_stream_new"));
        }
        // SAFETY: as above; all words are valid.
        Ok(unsafe { transmute::<[u64; 4], Stream>(self.state) })
    }
}

/// A label: 1 to 8 ASCII characters.
///
/// # Safety
/// As for `text::text`.
unsafe fn label(label: *const c_char) -> Result<Label> {
    // SAFETY: promised by the caller.
    let text = unsafe { text::text("label", label) }?;
    Label::ascii(text).ok_or_else(|| {
        Failure::invalid("label", format_args!("got '{}', expected 1 to 8 ASCII characters", text::echo(text)))
    })
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
        disjoint("value", (out.as_ptr(), 1), (keys, count))?;
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
/// of your own, your streams are those of no run of lanewalk.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stream_new(
    seed: u64,
    label: *const c_char,
    index: u64,
    stream: Option<&mut MaybeUninit<lanewalk_stream>>,
) -> lanewalk_status {
    call(|| {
        let out = required("stream", stream)?;
        // SAFETY: the contract makes the text valid.
        let label = unsafe { self::label(label) }?;
        out.write(Stream::new(seed, label, index)?.into());
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
        disjoint("draws", (draws, count), (stream.state.as_ptr(), stream.state.len()))?;
        // SAFETY: the contract makes the array valid.
        let draws = unsafe { output("draws", draws, count) }?;
        let mut generator = stream.get()?;
        draws.fill_with(|| generator.next_u64());
        *stream = generator.into();
        Ok(())
    })
}
