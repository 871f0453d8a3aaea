//! The version of the library, and what it finds on this machine.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::{Isa, Machine};

use crate::exec::name_of;
use crate::handle::required;
use crate::status::{Failure, call, lanewalk_status};
use crate::text;

/// The number of the binary interface of this header. Programs that were compiled with another number must be compiled
/// again. The shared library carries it in its name.
pub const LANEWALK_ABI: u32 = 0;

/// The number of the binary interface of the library that is running. It equals `LANEWALK_ABI` if header and library
/// fit together.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_abi() -> u32 {
    LANEWALK_ABI
}

/// The version of the library, such as "0.1.0". The text is always valid.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The name of an available instruction set, from the narrowest (index 0) to the widest. An index at or above their
/// number is an invalid argument. The text is always valid.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_isa_name(index: usize, name: Option<&mut MaybeUninit<*const c_char>>) -> lanewalk_status {
    call(|| {
        let out = required("name", name)?;
        let available = Isa::available();
        let isa = available.get(index).ok_or_else(|| {
            Failure::invalid("index", format_args!("got {index}, expected less than {}", available.len()))
        })?;
        out.write(name_of(isa));
        Ok(())
    })
}

/// The processors of this machine. A number that is unknown is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_machine {
    /// The number of threads that the operating system grants this process.
    pub threads: usize,
    /// The number of logical cores.
    pub logical_cores: usize,
    /// The number of physical cores.
    pub physical_cores: usize,
    /// The number of sockets.
    pub sockets: usize,
}

/// Finds the processors of this machine.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_machine_detect(machine: Option<&mut MaybeUninit<lanewalk_machine>>) -> lanewalk_status {
    call(|| {
        let out = required("machine", machine)?;
        let machine = Machine::detect();
        out.write(lanewalk_machine {
            threads: machine.threads,
            logical_cores: machine.logical_cores.unwrap_or(0),
            physical_cores: machine.physical_cores.unwrap_or(0),
            sockets: machine.sockets.unwrap_or(0),
        });
        Ok(())
    })
}

/// Copies the name of the CPU to `buffer` of `size` bytes, with its final zero byte. `*length`, which may be NULL
/// unless `size` is 0, receives its length without that byte. With `size` 0, only the length is written.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_machine_cpu(
    buffer: *mut c_char,
    size: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> lanewalk_status {
    // SAFETY: the contract makes the buffer valid.
    call(|| unsafe { text::copy(&Machine::detect().cpu, buffer, size, length) })
}
