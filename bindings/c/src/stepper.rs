//! A rod that is advanced in parts, and read and written in between.

use std::mem::MaybeUninit;

use lanewalk_core::Stepper;

use crate::exec::{lanewalk_exec, or_default};
use crate::handle::{free, give, is_shareable, required};
use crate::heat::lanewalk_rod;
use crate::memory::{input, output};
use crate::status::{call, lanewalk_status};

/// A rod that keeps its field between calls. One thread at a time may use it.
pub struct lanewalk_stepper(Stepper);

const _: () = is_shareable::<lanewalk_stepper>();

/// Creates a stepper with the initial field of a rod. The number of steps of the rod is not used. `exec` may be NULL.
///
/// The caller owns `*stepper` and frees it with `lanewalk_stepper_free`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stepper_new(
    rod: Option<&lanewalk_rod>,
    exec: Option<&lanewalk_exec>,
    stepper: Option<&mut MaybeUninit<*mut lanewalk_stepper>>,
) -> lanewalk_status {
    call(|| {
        let rod = &required("rod", rod)?.rod;
        let out = required("stepper", stepper)?;
        give(out, lanewalk_stepper(Stepper::new(rod, &or_default(exec))?));
        Ok(())
    })
}

/// Takes `steps` more steps. After `LANEWALK_STATUS_STOPPED` the field is lost: reset the control and set a field, or
/// free the stepper.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stepper_advance(stepper: Option<&mut lanewalk_stepper>, steps: u64) -> lanewalk_status {
    call(|| Ok(required("stepper", stepper)?.0.advance(steps)?))
}

/// The number of steps taken so far.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stepper_steps(
    stepper: Option<&lanewalk_stepper>,
    steps: Option<&mut MaybeUninit<u64>>,
) -> lanewalk_status {
    call(|| {
        let stepper = required("stepper", stepper)?;
        required("steps", steps)?.write(stepper.0.steps());
        Ok(())
    })
}

/// Copies the field to `field`, whose size is the number of points.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stepper_field(
    stepper: Option<&lanewalk_stepper>,
    field: *mut f64,
    size: usize,
) -> lanewalk_status {
    call(|| {
        let stepper = required("stepper", stepper)?;
        // SAFETY: the contract makes the array valid.
        Ok(stepper.0.field(unsafe { output("field", field, size) }?)?)
    })
}

/// Replaces the field by `field`, whose size is the number of points. Values are finite, and the ends are those that
/// the rod holds.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stepper_set_field(
    stepper: Option<&mut lanewalk_stepper>,
    field: *const f64,
    size: usize,
) -> lanewalk_status {
    call(|| {
        let stepper = required("stepper", stepper)?;
        // SAFETY: the contract makes the array valid.
        Ok(stepper.0.set_field(unsafe { input("field", field, size) }?)?)
    })
}

/// Frees a stepper and sets `*stepper` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_stepper_free(stepper: Option<&mut *mut lanewalk_stepper>) {
    free(stepper);
}
