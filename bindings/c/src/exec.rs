//! How to run.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::ptr;

use lanewalk_core::{Exec, Isa, Layer, Pin, RunControl};

use crate::control::lanewalk_control;
use crate::handle::{free, give, is_shareable, required};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text::named;

/// How to run: layer, instruction set, threads, pinning and control. Results never depend on these choices.
///
/// Wherever a function takes a `const lanewalk_exec *`, NULL stands for the defaults: the widest vectors of this
/// machine, on all cores, not pinned, without control.
#[derive(Clone, Default)]
pub struct lanewalk_exec {
    exec: Exec,
    /// The layer and the instruction set that a setter chose.
    layer: Option<Layer>,
    isa: Option<Isa>,
}

const _: () = is_shareable::<lanewalk_exec>();

/// The given execution, or the defaults.
pub(crate) fn or_default(exec: Option<&lanewalk_exec>) -> Exec {
    exec.map_or_else(Exec::default, |exec| exec.exec.clone())
}

/// Replaces an execution by a changed one.
fn change(exec: Option<&mut lanewalk_exec>, changed: impl FnOnce(Exec) -> Result<Exec>) -> lanewalk_status {
    call(|| {
        let exec = required("exec", exec)?;
        exec.exec = changed(exec.exec.clone())?;
        Ok(())
    })
}

/// Sets the layer or the instruction set. Refuses, as `argument`, an instruction set of a layer that has none.
fn choose(exec: &mut lanewalk_exec, argument: &'static str, layer: Option<Layer>, isa: Option<Isa>) -> Result<()> {
    if let (Some(layer), Some(isa)) = (layer, isa)
        && layer != Layer::Simd
    {
        let reason = format!("{isa} cannot be used with the layer {layer}: only the layer simd has instruction sets");
        return Err(Failure::invalid(argument, reason));
    }
    let mut changed = exec.exec.clone();
    changed = layer.map_or(changed.clone(), |layer| changed.layer(layer));
    changed = isa.map_or(changed.clone(), |isa| changed.isa(isa));
    changed.plan()?;
    *exec = lanewalk_exec { exec: changed, layer, isa };
    Ok(())
}

/// Creates an execution with the defaults. The library reads no environment variable here.
///
/// The caller owns `*exec` and frees it with `lanewalk_exec_free`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_new(exec: Option<&mut MaybeUninit<*mut lanewalk_exec>>) -> lanewalk_status {
    call(|| {
        give(required("exec", exec)?, lanewalk_exec::default());
        Ok(())
    })
}

/// Creates an execution with the instruction set and the number of threads of the environment variables
/// `LANEWALK_ISA`, `LANEWALK_THREADS`, `RAYON_NUM_THREADS`, `OMP_NUM_THREADS` and `SLURM_CPUS_PER_TASK`. An invalid
/// value of the first two is an error whose argument is the name of the variable; an invalid value of the others has
/// no effect.
///
/// The caller owns `*exec` and frees it with `lanewalk_exec_free`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_from_environment(
    exec: Option<&mut MaybeUninit<*mut lanewalk_exec>>,
) -> lanewalk_status {
    call(|| {
        let out = required("exec", exec)?;
        give(out, lanewalk_exec { exec: Exec::from_env()?, ..lanewalk_exec::default() });
        Ok(())
    })
}

/// Sets the layer: "scalar", "interchanged" or "simd". Default: "simd". The other layers are an error after
/// `lanewalk_exec_set_isa`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_set_layer(exec: Option<&mut lanewalk_exec>, layer: *const c_char) -> lanewalk_status {
    call(|| {
        let exec = required("exec", exec)?;
        // SAFETY: the contract makes the text valid.
        let layer = unsafe { named::<Layer>("layer", layer) }?;
        choose(exec, "layer", Some(layer), exec.isa)
    })
}

/// Sets the instruction set of the layer "simd": "wide", "avx2", "avx512" or "neon". Default: the widest one of this
/// machine. `lanewalk_isa_name` lists the available ones. It is an error if another layer is set.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_set_isa(exec: Option<&mut lanewalk_exec>, isa: *const c_char) -> lanewalk_status {
    call(|| {
        let exec = required("exec", exec)?;
        // SAFETY: the contract makes the text valid.
        let isa = unsafe { named::<Isa>("isa", isa) }?;
        choose(exec, "isa", exec.layer, Some(isa))
    })
}

/// Sets the number of threads, from 1 to 1024. Default: all that the operating system grants. One thread that is not
/// pinned is the calling thread.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_set_threads(exec: Option<&mut lanewalk_exec>, threads: usize) -> lanewalk_status {
    change(exec, |exec| {
        let exec = exec.threads(threads);
        exec.plan()?;
        Ok(exec)
    })
}

/// Sets the pinning of threads to cores: "compact", "spread" or "none". Default: "none".
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_set_pin(exec: Option<&mut lanewalk_exec>, pin: *const c_char) -> lanewalk_status {
    // SAFETY: the contract makes the text valid.
    change(exec, |exec| Ok(exec.pin(unsafe { named::<Pin>("pin", pin) }?)))
}

/// Lets a control observe and stop the runs with this execution. NULL removes the control. The execution keeps its own
/// reference, so the control may be freed before it.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_set_control(
    exec: Option<&mut lanewalk_exec>,
    control: Option<&lanewalk_control>,
) -> lanewalk_status {
    change(exec, |exec| Ok(exec.control(&control.map_or_else(RunControl::new, |control| control.0.clone()))))
}

/// The choices of a run on this machine. Texts belong to the library and are always valid.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_plan {
    /// The layer.
    pub layer: *const c_char,
    /// The instruction set; NULL for layers other than "simd".
    pub isa: *const c_char,
    /// The number of threads.
    pub threads: usize,
    /// Whether each thread is pinned to its own core.
    pub pinned: bool,
}

/// The name of a layer or an instruction set, as a text that is always valid.
pub(crate) fn name_of(name: &impl ToString) -> *const c_char {
    let known = [c"scalar", c"interchanged", c"simd", c"wide", c"avx2", c"avx512", c"neon"];
    let name = name.to_string();
    known.iter().find(|known| known.to_bytes() == name.as_bytes()).map_or(c"other".as_ptr(), |known| known.as_ptr())
}

/// States the layer, instruction set, threads and pinning of a run with this execution. Starts no threads.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_plan(
    exec: Option<&lanewalk_exec>,
    plan: Option<&mut MaybeUninit<lanewalk_plan>>,
) -> lanewalk_status {
    call(|| {
        let out = required("plan", plan)?;
        let plan = or_default(exec).plan()?;
        out.write(lanewalk_plan {
            layer: name_of(&plan.layer),
            isa: plan.isa.map_or(ptr::null(), |isa| name_of(&isa)),
            threads: plan.threads,
            pinned: plan.is_pinned(),
        });
        Ok(())
    })
}

/// Copies an execution. The caller owns `*copy`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_clone(
    exec: Option<&lanewalk_exec>,
    copy: Option<&mut MaybeUninit<*mut lanewalk_exec>>,
) -> lanewalk_status {
    call(|| {
        let exec = required("exec", exec)?;
        give(required("copy", copy)?, exec.clone());
        Ok(())
    })
}

/// Frees an execution and sets `*exec` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_exec_free(exec: Option<&mut *mut lanewalk_exec>) {
    free(exec);
}
