//! A progress bar for work that takes longer than a second, and a clean stop on Ctrl-C.

use std::fmt;
use std::io::IsTerminal;
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use lanewalk::RunControl;

use super::failure::Failure;

/// The time after which the bar appears.
const BAR_DELAY: Duration = Duration::from_secs(1);

/// The time for cleaning up after a second signal.
const GRACE: Duration = Duration::from_secs(1);

/// A run control that Ctrl-C and termination signals stop. The program then ends within milliseconds, except while it
/// writes to a full pipe. So a second signal ends it after a second, in which it can end its children.
pub(super) fn stoppable() -> Result<RunControl> {
    let control = RunControl::default();
    let handler = control.clone();
    let stop = move || {
        if handler.is_stopped() {
            thread::sleep(GRACE);
            std::process::exit(130);
        }
        handler.stop();
    };
    on_signal(stop).context("cannot install a handler for Ctrl-C")?;
    Ok(control)
}

/// Ends the program on Ctrl-C and termination signals, for work that does not poll the control.
pub(super) fn exit_on_signal(what: &'static str) -> Result<()> {
    let exit = move || {
        _ = Failure::Stopped(what.to_owned()).report();
        std::process::exit(130);
    };
    on_signal(exit).context("cannot install a handler for Ctrl-C")
}

/// Calls `stop` on Ctrl-C and termination signals. A signal that the parent ignores stays ignored: hangups after
/// `nohup`, and Ctrl-C in a background job of a shell.
#[cfg(unix)]
fn on_signal(stop: impl Fn() + Send + 'static) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let handled = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    let mut signals = signal_hook::iterator::Signals::new(handled)?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || signals.forever().for_each(|_| stop()))?;
    Ok(())
}

/// Whether the process ignores `signal`; `false` where Linux's /proc is not available.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u128::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Handles signals whose default action would end the program or confuse it. A file that exceeds the limit of its size
/// is an error of the write, and a child can be waited for although the parent process ignores its children.
#[cfg(unix)]
pub(crate) fn prepare_signals() -> Result<()> {
    use signal_hook::consts::{SIGCHLD, SIGXFSZ};
    for signal in [SIGXFSZ, SIGCHLD] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn prepare_signals() -> Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn on_signal(stop: impl Fn() + Send + 'static) -> Result<()> {
    Ok(ctrlc::set_handler(stop)?)
}

/// Runs `work`. If `show` is set and standard error is a terminal, a bar shows the progress of the control towards
/// `total`, in `unit`.
pub(super) fn with_bar<T>(
    show: bool,
    control: &RunControl,
    total: f64,
    unit: &'static str,
    work: impl FnOnce() -> T,
) -> T {
    if !show || !std::io::stderr().is_terminal() {
        return work();
    }
    thread::scope(|scope| {
        let (done, finished) = mpsc::channel::<()>();
        scope.spawn(move || {
            let start = Instant::now();
            let bar = ProgressBar::with_draw_target(Some(total.max(1.0) as u64), ProgressDrawTarget::hidden());
            let style = "{elapsed_precise} {wide_bar} {percent:>3} %  {rate}";
            bar.set_style(
                ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()).with_key(
                    "rate",
                    move |state: &ProgressState, out: &mut dyn fmt::Write| {
                        _ = out.write_str(&rate(state.per_sec(), unit, state.eta()));
                    },
                ),
            );
            while finished.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
                if start.elapsed() > BAR_DELAY && bar.is_hidden() {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                bar.set_position((control.done()).min(total.max(1.0) as u64));
            }
            bar.finish_and_clear();
        });
        let result = work();
        drop(done);
        result
    })
}

/// A bar of a thousand parts, which the caller advances. It is hidden unless `show` is set and standard error is a
/// terminal.
pub(super) fn parts_bar(show: bool) -> ProgressBar {
    let shown = show && std::io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{elapsed_precise} {wide_bar} {percent:>3} %  about {eta} left");
    ProgressBar::with_draw_target(Some(1000), target).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The rate and the remaining time; empty before there is any progress, because the remaining time is then unknown.
fn rate(per_second: f64, unit: &str, left: Duration) -> String {
    if per_second > 0.0 {
        format!("{:.2} G{unit}/s  about {:#} left", per_second / 1e9, HumanDuration(left))
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_empty_before_there_is_progress() {
        assert_eq!(rate(0.0, "steps", Duration::ZERO), "");
        assert_eq!(rate(2.5e9, "steps", Duration::from_secs(40)), "2.50 Gsteps/s  about 40s left");
    }
}
