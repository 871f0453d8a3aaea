//! A progress bar for work that takes longer than a second, and a clean stop on Ctrl-C.

use std::cell::RefCell;
use std::fmt;
use std::io::IsTerminal;
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use lanewalk::RunControl;

use super::failure::Failure;
use super::streams::note;
use crate::report::{duration, scaled};

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

/// Runs `work`. If `show` is set, a bar on a terminal, or a line now and then on another standard error, shows the
/// progress of the control towards `total`, in `unit`.
pub(super) fn with_bar<T>(
    show: bool,
    control: &RunControl,
    total: f64,
    unit: &'static str,
    work: impl FnOnce() -> T,
) -> T {
    if !show {
        return work();
    }
    thread::scope(|scope| {
        let (done, finished) = mpsc::channel::<()>();
        scope.spawn(move || {
            if std::io::stderr().is_terminal() {
                draw(control, total, unit, &finished);
            } else {
                let position = || format!("{}{unit}", scaled(control.done() as f64));
                Lines::new(FIRST_LINE).write_until(
                    &finished,
                    || control.done() as f64 / total.max(1.0),
                    position,
                    note,
                );
            }
        });
        let result = work();
        drop(done);
        result
    })
}

/// Draws a bar on a terminal until the work is finished.
fn draw(control: &RunControl, total: f64, unit: &'static str, finished: &Receiver<()>) {
    let start = Instant::now();
    let bar = ProgressBar::with_draw_target(Some(total.max(1.0) as u64), ProgressDrawTarget::hidden());
    let style = "{elapsed_precise} {wide_bar} {percent:>3} %  {rate}";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()).with_key(
        "rate",
        move |state: &ProgressState, out: &mut dyn fmt::Write| {
            _ = out.write_str(&rate(state.per_sec(), unit, state.eta()));
        },
    ));
    while finished.recv_timeout(Duration::from_millis(100)) == Err(RecvTimeoutError::Timeout) {
        if start.elapsed() > BAR_DELAY && bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position((control.done()).min(total.max(1.0) as u64));
    }
    bar.finish_and_clear();
}

/// The time of the first line.
const FIRST_LINE: Duration = Duration::from_secs(60);

/// Lines of progress for a file or a batch system: the first one after a time, and the next ones after at least the
/// same time and a fifth of the time so far, so that a run of a day writes about 40 lines.
struct Lines {
    start: Instant,
    between: Duration,
    next: Duration,
}

impl Lines {
    fn new(between: Duration) -> Self {
        Self { start: Instant::now(), between, next: between }
    }

    /// The line that is due; `None` before its time. `fraction` is the finished part of the work.
    fn due(&mut self, elapsed: Duration, fraction: f64, position: &str) -> Option<String> {
        if elapsed < self.next {
            return None;
        }
        self.next = elapsed + self.between.max(elapsed / 5);
        let (passed, share) = (duration(elapsed.as_secs_f64()), 100.0 * fraction.clamp(0.0, 1.0));
        let left = elapsed.as_secs_f64() * (1.0 - fraction) / fraction;
        let left =
            if fraction > 0.0 && left > 0.0 { format!(", about {} left", duration(left)) } else { String::new() };
        let position = if position.is_empty() { String::new() } else { format!(", {position}") };
        Some(format!("progress: {share:.1} %{position} after {passed}{left}"))
    }

    /// Writes the lines that become due until the work is finished.
    fn write_until(
        mut self,
        finished: &Receiver<()>,
        fraction: impl Fn() -> f64,
        position: impl Fn() -> String,
        mut write: impl FnMut(&str),
    ) {
        let wait = |lines: &Self| lines.next.saturating_sub(lines.start.elapsed());
        while finished.recv_timeout(wait(&self)) == Err(RecvTimeoutError::Timeout) {
            if let Some(line) = self.due(self.start.elapsed(), fraction(), &position()) {
                write(&line);
            }
        }
    }
}

/// The progress of work in parts, which the caller reports: a bar on a terminal, lines on another standard error.
pub(super) struct Parts {
    bar: ProgressBar,
    lines: Option<RefCell<Lines>>,
}

impl Parts {
    /// Hidden unless `show` is set.
    pub(super) fn new(show: bool) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if show && is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{elapsed_precise} {wide_bar} {percent:>3} %  about {eta} left");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::with_draw_target(Some(1000), target).with_style(style);
        Self { bar, lines: (show && !is_terminal).then(|| RefCell::new(Lines::new(FIRST_LINE))) }
    }

    /// Reports the finished part of the work.
    pub(super) fn set(&self, fraction: f64) {
        self.bar.set_position((1000.0 * fraction) as u64);
        let Some(lines) = &self.lines else { return };
        let mut lines = lines.borrow_mut();
        let elapsed = lines.start.elapsed();
        if let Some(line) = lines.due(elapsed, fraction, "") {
            note(&line);
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
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

    #[test]
    fn lines_are_due_less_and_less_often() {
        let mut lines = Lines::new(Duration::from_secs(60));
        let times: Vec<u64> = (0..86_400).filter(|s| lines.due(Duration::from_secs(*s), 0.5, "").is_some()).collect();
        assert_eq!(times[..6], [60, 120, 180, 240, 300, 360]);
        assert!((30..50).contains(&times.len()), "{}", times.len());
        let mut lines = Lines::new(Duration::from_secs(60));
        assert_eq!(lines.due(Duration::from_secs(59), 0.5, ""), None);
        let line = lines.due(Duration::from_secs(90), 0.25, "2.00 Gsteps").unwrap();
        assert_eq!(line, "progress: 25.0 %, 2.00 Gsteps after 90.0 s, about 4.50 min left");
        let mut lines = Lines::new(Duration::ZERO);
        assert_eq!(lines.due(Duration::from_secs(90), 0.0, "").unwrap(), "progress: 0.0 % after 90.0 s");
    }

    #[test]
    fn lines_end_with_the_work() {
        let (done, finished) = mpsc::channel::<()>();
        let mut written = 0;
        let mut done = Some(done);
        Lines::new(Duration::from_millis(1)).write_until(
            &finished,
            || 0.5,
            String::new,
            |line| {
                assert!(line.starts_with("progress: 50.0 % after "));
                written += 1;
                if written == 3 {
                    done = None;
                }
            },
        );
        assert_eq!(written, 3);
    }
}
