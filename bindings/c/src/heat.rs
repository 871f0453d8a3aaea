//! The heat equation: rods and their evolution.

use std::ffi::c_char;
use std::mem::MaybeUninit;

use lanewalk_core::{Evolution, Grid, Rod, RodMethod, evolve};

use crate::exec::{lanewalk_exec, or_default};
use crate::handle::{free, give, is_shareable, required};
use crate::memory::{input, output};
use crate::status::{Failure, Result, call, lanewalk_status};
use crate::text;

/// A rod from 0 to pi that follows the heat equation u_t = u_xx, and its discretisation.
#[derive(Clone)]
pub struct lanewalk_rod {
    pub(crate) rod: Rod,
    is_spectral: bool,
    has_domains: bool,
}

/// The field of a rod after its steps, beside exact values.
pub struct lanewalk_evolution(Evolution);

const _: () = (is_shareable::<lanewalk_rod>(), is_shareable::<lanewalk_evolution>()).0;

/// The discretisation of a rod.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_grid {
    /// The number of points, both ends included.
    pub points: usize,
    /// The distance of two points, h = pi / (points - 1).
    pub spacing: f64,
    /// The time step dt.
    pub time_step: f64,
    /// dt / h^2.
    pub ratio: f64,
    /// The number of steps.
    pub steps: u64,
}

impl From<&Grid> for lanewalk_grid {
    fn from(&Grid { points, spacing, time_step, ratio, steps, .. }: &Grid) -> Self {
        Self { points, spacing, time_step, ratio, steps }
    }
}

/// The end of an evolution beside exact values.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lanewalk_field_values {
    /// The mode whose decay is observed.
    pub mode: u64,
    /// Its eigenvalue, as the decay of the field shows it. In the limit of many points it is `mode`^2.
    pub eigenvalue: f64,
    /// The eigenvalue of the discrete equation.
    pub discrete_eigenvalue: f64,
    /// The largest absolute value of the field.
    pub largest: f64,
}

/// Creates a rod of `points` points, both ends included, with the time step 0.4 h^2, the steps in a time of 5, and the
/// initial field x (pi - x) / (0.25 pi^2).
///
/// The caller owns `*rod` and frees it with `lanewalk_rod_free`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_heat(points: usize, rod: Option<&mut MaybeUninit<*mut lanewalk_rod>>) -> lanewalk_status {
    call(|| {
        give(required("rod", rod)?, lanewalk_rod { rod: Rod::new(points), is_spectral: false, has_domains: false });
        Ok(())
    })
}

/// Replaces a rod by a changed one.
fn change(rod: Option<&mut lanewalk_rod>, changed: impl FnOnce(Rod) -> Result<Rod>) -> lanewalk_status {
    call(|| {
        let rod = required("rod", rod)?;
        rod.rod = changed(rod.rod.clone())?;
        Ok(())
    })
}

/// Refuses, as `argument`, sub-domains of a method that has none.
fn check_domains(argument: &'static str, is_spectral: bool, has_domains: bool) -> Result<()> {
    if is_spectral && has_domains {
        let reason = "sub-domains cannot be used with the method spectral, which computes all steps at once";
        return Err(Failure::invalid(argument, reason));
    }
    Ok(())
}

/// Sets the time step, above 0 and at most h^2 / 2.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_set_time_step(rod: Option<&mut lanewalk_rod>, time_step: f64) -> lanewalk_status {
    change(rod, |rod| Ok(rod.time_step(time_step)))
}

/// Sets the number of steps.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_set_steps(rod: Option<&mut lanewalk_rod>, steps: u64) -> lanewalk_status {
    change(rod, |rod| Ok(rod.steps(steps)))
}

/// Starts from sin(mode x), with `mode` from 1 to points - 2.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_set_mode(rod: Option<&mut lanewalk_rod>, mode: u64) -> lanewalk_status {
    change(rod, |rod| Ok(rod.mode(mode)))
}

/// Starts from these `count` finite values, one for each point. The first and the last value are held for all time.
/// The values are copied.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_set_start(
    rod: Option<&mut lanewalk_rod>,
    start: *const f64,
    count: usize,
) -> lanewalk_status {
    change(rod, |rod| {
        // SAFETY: the contract makes the array valid.
        let start = unsafe { input("start", start, count) }?;
        let rod = rod.start(copied(start)?);
        rod.check()?;
        Ok(rod)
    })
}

/// A copy of values, or an error if memory is short.
fn copied(values: &[f64]) -> Result<Vec<f64>> {
    let mut copy = Vec::new();
    let bytes = size_of_val(values);
    copy.try_reserve_exact(values.len())
        .map_err(|_| Failure::out_of_memory("start", format_args!("{bytes} bytes cannot be allocated")))?;
    copy.extend_from_slice(values);
    Ok(copy)
}

/// Sets the algorithm: "stepping" or "spectral". Default: "stepping". The bits of "spectral" depend on the machine,
/// and it is an error after `lanewalk_rod_set_domains`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_set_method(rod: Option<&mut lanewalk_rod>, method: *const c_char) -> lanewalk_status {
    call(|| {
        let rod = required("rod", rod)?;
        // SAFETY: the contract makes the text valid.
        let method = unsafe { text::named::<RodMethod>("method", method) }?;
        let is_spectral = method == RodMethod::Spectral;
        check_domains("method", is_spectral, rod.has_domains)?;
        *rod = lanewalk_rod { rod: rod.rod.clone().method(method), is_spectral, ..*rod };
        Ok(())
    })
}

/// Divides the rod into sub-domains, which exchange halos of `halo` points every `halo` steps. By default the library
/// chooses both. They change no bit of the field. Not for the method "spectral".
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_set_domains(
    rod: Option<&mut lanewalk_rod>,
    domains: usize,
    halo: usize,
) -> lanewalk_status {
    call(|| {
        let rod = required("rod", rod)?;
        check_domains("domains", rod.is_spectral, true)?;
        *rod = lanewalk_rod { rod: rod.rod.clone().domains(domains).halo(halo), has_domains: true, ..*rod };
        Ok(())
    })
}

/// Checks a rod and states its discretisation. `grid` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_check(
    rod: Option<&lanewalk_rod>,
    grid: Option<&mut MaybeUninit<lanewalk_grid>>,
) -> lanewalk_status {
    call(|| {
        let checked = required("rod", rod)?.rod.check()?;
        grid.map(|grid| grid.write((&checked).into()));
        Ok(())
    })
}

/// Copies a rod. The caller owns `*copy`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_clone(
    rod: Option<&lanewalk_rod>,
    copy: Option<&mut MaybeUninit<*mut lanewalk_rod>>,
) -> lanewalk_status {
    call(|| {
        let rod = required("rod", rod)?;
        give(required("copy", copy)?, rod.clone());
        Ok(())
    })
}

/// Frees a rod and sets `*rod` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_rod_free(rod: Option<&mut *mut lanewalk_rod>) {
    free(rod);
}

/// Takes all steps of a rod. `exec` may be NULL. The caller owns `*evolution`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolve(
    rod: Option<&lanewalk_rod>,
    exec: Option<&lanewalk_exec>,
    evolution: Option<&mut MaybeUninit<*mut lanewalk_evolution>>,
) -> lanewalk_status {
    call(|| {
        let rod = &required("rod", rod)?.rod;
        let out = required("evolution", evolution)?;
        give(out, lanewalk_evolution(evolve(rod, &or_default(exec))?));
        Ok(())
    })
}

/// Takes all steps of a rod and writes the field to `field`, whose size is the number of points. `exec` may be NULL.
/// After an error, `field` is unchanged.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolve_field(
    rod: Option<&lanewalk_rod>,
    exec: Option<&lanewalk_exec>,
    field: *mut f64,
    size: usize,
) -> lanewalk_status {
    call(|| {
        let rod = &required("rod", rod)?.rod;
        // SAFETY: the contract makes the array valid.
        let field = unsafe { output("field", field, size) }?;
        check_size(size, rod.check()?.points)?;
        field.copy_from_slice(&evolve(rod, &or_default(exec))?.field);
        Ok(())
    })
}

fn check_size(size: usize, points: usize) -> Result<()> {
    if size == points {
        return Ok(());
    }
    Err(Failure::invalid("field", format_args!("got {size} values, expected {points} values")))
}

/// Copies the field to `field`, whose size is the number of points.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolution_field(
    evolution: Option<&lanewalk_evolution>,
    field: *mut f64,
    size: usize,
) -> lanewalk_status {
    call(|| {
        let values = &required("evolution", evolution)?.0.field;
        // SAFETY: the contract makes the array valid.
        let field = unsafe { output("field", field, size) }?;
        check_size(size, values.len())?;
        field.copy_from_slice(values);
        Ok(())
    })
}

/// The discretisation, and the values of the field beside exact ones. Either output may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolution_values(
    evolution: Option<&lanewalk_evolution>,
    grid: Option<&mut MaybeUninit<lanewalk_grid>>,
    values: Option<&mut MaybeUninit<lanewalk_field_values>>,
) -> lanewalk_status {
    call(|| {
        let evolution = &required("evolution", evolution)?.0;
        grid.map(|grid| grid.write((&evolution.grid).into()));
        values.map(|values| {
            values.write(lanewalk_field_values {
                mode: evolution.mode(),
                eigenvalue: evolution.eigenvalue(),
                discrete_eigenvalue: evolution.discrete_eigenvalue(),
                largest: evolution.largest(),
            })
        });
        Ok(())
    })
}

/// The largest difference between the field and a known one, by name: "sine" (the scaled field and the sine of its
/// mode), "rounding" (the exact solution of the discrete equation), "continuum" (the solution of the heat equation;
/// NaN if it is not known for this start). `exec` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolution_error(
    evolution: Option<&lanewalk_evolution>,
    exec: Option<&lanewalk_exec>,
    name: *const c_char,
    value: Option<&mut MaybeUninit<f64>>,
) -> lanewalk_status {
    call(|| {
        let evolution = &required("evolution", evolution)?.0;
        let out = required("value", value)?;
        // SAFETY: the contract makes the text valid.
        let error = match unsafe { text::text("name", name) }? {
            "sine" => evolution.sine_error(&or_default(exec))?,
            "rounding" => evolution.rounding_error(&or_default(exec))?,
            "continuum" => evolution.continuum_error(&or_default(exec))?.unwrap_or(f64::NAN),
            other => {
                return Err(Failure::invalid(
                    "name",
                    format_args!("got '{}', expected sine, rounding or continuum", text::echo(other)),
                ));
            }
        };
        out.write(error);
        Ok(())
    })
}

/// Copies the digest of the field to `buffer`, as `lanewalk_result_digest` does.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolution_digest(
    evolution: Option<&lanewalk_evolution>,
    buffer: *mut c_char,
    size: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> lanewalk_status {
    call(|| {
        let digest = required("evolution", evolution)?.0.digest();
        // SAFETY: the contract makes the buffer valid.
        unsafe { text::copy(&digest, buffer, size, length) }
    })
}

/// Frees an evolution and sets `*evolution` to NULL. NULL is permitted.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_evolution_free(evolution: Option<&mut *mut lanewalk_evolution>) {
    free(evolution);
}
