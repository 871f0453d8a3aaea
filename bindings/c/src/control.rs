//! Progress of runs, and ways to stop them.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

use lanewalk_core::RunControl;

use crate::handle::{free, give, is_shareable, required};
use crate::status::{Failure, Result, call, lanewalk_status};

/// The progress of runs, and a way to stop them from another thread. All functions except `lanewalk_control_free` may
/// be called at any time on any thread.
pub struct lanewalk_control(pub(crate) RunControl);

const _: () = is_shareable::<lanewalk_control>();

/// Decides whether a run stops: `true` stops it. It receives the user pointer of `lanewalk_control_new`.
pub type lanewalk_interrupt = Option<extern "C" fn(user: *mut c_void) -> bool>;

/// A pointer that belongs to the caller and is only passed back to it.
#[derive(Clone, Copy)]
pub(crate) struct UserPointer(pub(crate) *mut c_void);

// SAFETY: the library does not follow the pointer. The header says on which threads the caller receives it.
unsafe impl Send for UserPointer {}
// SAFETY: as above.
unsafe impl Sync for UserPointer {}

impl UserPointer {
    pub(crate) fn get(self) -> *mut c_void {
        self.0
    }
}

/// Creates a control with no work done. `interrupt` may be NULL.
///
/// While a run with this control is in progress, `interrupt` is called every few milliseconds, on the thread that
/// called the run, with the pointer `user`. The run stops when it returns `true`. Both must stay valid as long as the
/// control and every `lanewalk_exec` that was given this control. The function must return normally: a C++ exception
/// or a `longjmp` must not leave it. Several runs with one control at the same time call it from several threads.
///
/// The caller owns `*control` and frees it with `lanewalk_control_free`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_new(
    interrupt: lanewalk_interrupt,
    user: *mut c_void,
    control: Option<&mut MaybeUninit<*mut lanewalk_control>>,
) -> lanewalk_status {
    call(|| {
        let out = required("control", control)?;
        let user = UserPointer(user);
        let new = match interrupt {
            None => RunControl::new(),
            Some(interrupt) => RunControl::new().interrupt(move || interrupt(user.get())),
        };
        give(out, lanewalk_control(new));
        Ok(())
    })
}

/// Stops the runs with this control; each returns `LANEWALK_STATUS_STOPPED` within milliseconds. Later runs are
/// refused until `lanewalk_control_reset`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_stop(control: Option<&lanewalk_control>) -> lanewalk_status {
    call(|| {
        required("control", control)?.0.stop();
        Ok(())
    })
}

/// Resets the control: not stopped, no work done. No run with it may be in progress.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_reset(control: Option<&lanewalk_control>) -> lanewalk_status {
    call(|| {
        required("control", control)?.0.reset();
        Ok(())
    })
}

/// The progress of the runs with a control, in the unit of the workload: steps, points or updates.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_progress {
    /// The work that is done.
    pub done: u64,
    /// The work of all runs that have started. For walks it is an estimate.
    pub total: u64,
    /// Whether a stop was requested.
    pub stopped: bool,
}

/// Reads the progress of the runs with this control.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_progress(
    control: Option<&lanewalk_control>,
    progress: Option<&mut MaybeUninit<lanewalk_progress>>,
) -> lanewalk_status {
    call(|| {
        let control = &required("control", control)?.0;
        let out = required("progress", progress)?;
        out.write(lanewalk_progress { done: control.done(), total: control.total(), stopped: control.is_stopped() });
        Ok(())
    })
}

/// Frees a control and sets `*control` to NULL. NULL is permitted. Runs in progress keep their own reference.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_free(control: Option<&mut *mut lanewalk_control>) {
    free(control);
}

/// The controls with a number. A number is never used again.
struct Numbered {
    controls: BTreeMap<u64, RunControl>,
    last: u64,
}

static NUMBERED: Mutex<Numbered> = Mutex::new(Numbered { controls: BTreeMap::new(), last: 0 });

fn numbered<T>(body: impl FnOnce(&mut Numbered) -> T) -> T {
    body(&mut NUMBERED.lock().unwrap_or_else(PoisonError::into_inner))
}

fn known(id: u64, control: Option<RunControl>) -> Result<RunControl> {
    control.ok_or_else(|| {
        let reason = if id == 0 { "it was not created" } else { "it was freed, or never created" };
        Failure::invalid("control", reason)
    })
}

/// Gives a control a number, which is never 0, and which a language whose objects are values can copy in place of the
/// handle. The number keeps the control until `lanewalk_control_release`; the handle may be freed before. Do not fork
/// while another thread is in this function or in one of the next two.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_register(
    control: Option<&lanewalk_control>,
    id: Option<&mut MaybeUninit<u64>>,
) -> lanewalk_status {
    call(|| {
        let control = required("control", control)?;
        let out = required("id", id)?;
        out.write(numbered(|all| {
            all.last += 1;
            all.controls.insert(all.last, control.0.clone());
            all.last
        }));
        Ok(())
    })
}

/// Gives a new handle of the control with this number. The argument of an unknown number is `control`. The caller owns
/// `*control`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_find(
    id: u64,
    control: Option<&mut MaybeUninit<*mut lanewalk_control>>,
) -> lanewalk_status {
    call(|| {
        let out = required("control", control)?;
        let found = known(id, numbered(|all| all.controls.get(&id).cloned()))?;
        give(out, lanewalk_control(found));
        Ok(())
    })
}

/// Forgets the number of a control. Handles of it, and runs in progress, keep their own reference.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_control_release(id: u64) -> lanewalk_status {
    call(|| known(id, numbered(|all| all.controls.remove(&id))).map(drop))
}
