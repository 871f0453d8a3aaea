//! Progress of runs, and ways to stop them.

use std::ffi::c_void;
use std::mem::MaybeUninit;

use lanewalk_core::RunControl;

use crate::handle::{free, give, is_shareable, required};
use crate::status::{call, lanewalk_status};

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
