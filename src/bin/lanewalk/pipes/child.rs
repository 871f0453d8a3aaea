//! A child process with two pipes. It does not outlive its guard, and every wait for it has a limit.
//!
//! [`Child::ask`] communicates with the child in blocking reads and writes. A watchdog kills the child if an answer
//! takes longer than the limit, or if the run is stopped. The pipe of the child then closes, so the blocked call
//! returns. The drop of the guard kills the child and reaps it.
//!
//! If this process itself is killed, no guard is dropped. The pipes still close, so a child that ends at the end of its
//! input does not outlive this process.

use std::io;
use std::process::{self, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lanewalk::RunControl;

use crate::pipes::error::{ExchangeError, Result};

/// The time between two checks of the watchdog: long enough not to affect timings, and short enough for Ctrl-C.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// The time that a child has to end after it closes its pipe. After this time it is reported as still running.
const EXIT_GRACE: Duration = Duration::from_secs(1);

/// A running child process. See the [module](self).
pub(crate) struct Child {
    name: String,
    limit: Duration,
    control: RunControl,
    shared: Arc<Shared>,
    /// The watchdog. It ends when the sender is dropped, and is then joined.
    watchdog: Option<(Sender<()>, JoinHandle<()>)>,
}

/// The state that the watchdog shares.
struct Shared {
    process: Mutex<process::Child>,
    /// A counter that increases before each request and after each answer: odd while an answer is pending.
    requests: AtomicU64,
    /// The watchdog has killed the child because an answer took too long.
    late: AtomicBool,
}

impl Child {
    /// Starts `command` with pipes as its standard input and output, and returns the pipes. The command determines all
    /// other properties of the child. Messages contain `name`. An answer must not take longer than `limit`.
    ///
    /// The child leads its own process group. Ctrl-C therefore reaches only this process, which then kills the child
    /// with all processes that the child has started.
    ///
    /// # Errors
    /// [`ExchangeError::Failed`] if the command cannot be started.
    pub(crate) fn spawn(
        name: &str,
        command: &mut Command,
        limit: Duration,
        control: &RunControl,
    ) -> Result<(Self, ChildStdin, ChildStdout)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let failed = |error| ExchangeError::Failed(format!("{name}: could not be started: {error}"));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let shared = Shared { process: Mutex::new(process), requests: AtomicU64::new(0), late: AtomicBool::new(false) };
        let (name, control, shared) = (name.to_owned(), control.clone(), Arc::new(shared));
        // The drop of this guard reaps the child in every case.
        let mut child = Self { name, limit, control: control.clone(), shared: Arc::clone(&shared), watchdog: None };
        let (end, ended) = mpsc::channel();
        let watchdog = thread::Builder::new().name("watchdog".to_owned());
        let watchdog = watchdog.spawn(move || shared.guard(limit, &control, || ended.recv_timeout(CHECK_INTERVAL)));
        let watchdog =
            watchdog.map_err(|error| child.failed(&format!("could not start its watchdog thread: {error}")))?;
        child.watchdog = Some((end, watchdog));
        let (stdin, stdout) = pipes.ok_or_else(|| child.failed("could not open its pipes"))?;
        Ok((child, stdin, stdout))
    }

    /// Calls `exchange`, which reads from and writes to the pipes of the child, within the limit.
    ///
    /// # Errors
    /// [`ExchangeError::Stopped`] if the run was stopped. Otherwise [`ExchangeError::Failed`] with the state of the
    /// child, if the exchange failed or took too long.
    pub(crate) fn ask<T>(&self, exchange: impl FnOnce() -> io::Result<T>) -> Result<T> {
        self.shared.requests.fetch_add(1, Ordering::Relaxed);
        let answer = exchange();
        self.shared.requests.fetch_add(1, Ordering::Relaxed);
        if self.control.is_stopped() {
            return Err(ExchangeError::Stopped);
        }
        if self.shared.late.load(Ordering::Relaxed) {
            return Err(self.failed(&format!("no answer within {} s", self.limit.as_secs_f64())));
        }
        answer.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => match self.exit_status(EXIT_GRACE) {
                Some(status) => self.failed(&format!("ended before it answered ({status})")),
                None => self.failed("closed its pipe before it answered"),
            },
            _ => self.failed(&error.to_string()),
        })
    }

    /// Waits for the child to end by itself, and returns its exit status or signal.
    ///
    /// # Errors
    /// The errors of [`Child::ask`]. A child that still runs after the limit is killed.
    pub(crate) fn wait(&self) -> Result<ExitStatus> {
        // If the watchdog kills the child, this wait ends, and `ask` returns the reason.
        self.ask(|| self.exit_status(Duration::MAX).ok_or_else(|| io::ErrorKind::TimedOut.into()))
    }

    /// Waits for the child to end by itself and successfully.
    ///
    /// # Errors
    /// The errors of [`Child::wait`], and [`ExchangeError::Failed`] if the child ended in any other way.
    pub(crate) fn join(self) -> Result<()> {
        match self.wait()? {
            status if status.success() => Ok(()),
            status => Err(self.failed(&format!("ended with a failure ({status})"))),
        }
    }

    /// A failure of this child, for the reason `why`.
    pub(crate) fn failed(&self, why: &str) -> ExchangeError {
        ExchangeError::Failed(format!("{}: {why}", self.name))
    }

    /// The exit status of the child, if it ends within `timeout`.
    fn exit_status(&self, timeout: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            let status = self.shared.process().try_wait();
            match status {
                Ok(None) if start.elapsed() < timeout => thread::sleep(Duration::from_millis(1)),
                other => return other.ok().flatten(),
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Some((end, watchdog)) = self.watchdog.take() {
            drop(end);
            _ = watchdog.join();
        }
        let mut process = self.shared.process();
        kill(&mut process);
        _ = process.wait();
    }
}

impl Shared {
    fn process(&self) -> MutexGuard<'_, process::Child> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs the watchdog. `wait` waits for a short time. It returns a timeout until the guard is dropped.
    fn guard(
        &self,
        limit: Duration,
        control: &RunControl,
        wait: impl Fn() -> std::result::Result<(), RecvTimeoutError>,
    ) {
        let (mut seen, mut since) = (0, Instant::now());
        while wait() == Err(RecvTimeoutError::Timeout) {
            let requests = self.requests.load(Ordering::Relaxed);
            if requests != seen {
                (seen, since) = (requests, Instant::now());
            }
            let late = requests % 2 == 1 && since.elapsed() >= limit;
            if late || control.is_stopped() {
                self.late.store(late, Ordering::Relaxed);
                return kill(&mut self.process());
            }
        }
    }
}

/// Kills the child and its process group, which includes processes that an ended child has left. A child that was
/// reaped receives no signal, because its process ID may belong to another process.
fn kill(process: &mut process::Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
        let id = Pid::from_child(process);
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        if waitid(WaitId::Pid(id), options).is_ok() {
            _ = kill_process_group(id, Signal::KILL);
        }
    }
    // The standard library sends no signal to a child that was reaped.
    _ = process.kill();
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};

    use super::*;

    const LIMIT: Duration = Duration::from_millis(300);

    fn shell(script: &str, control: &RunControl) -> (Child, ChildStdin, ChildStdout) {
        Child::spawn("the shell", Command::new("sh").args(["-c", script]), LIMIT, control).unwrap()
    }

    fn line(out: ChildStdout) -> io::Result<String> {
        let mut line = String::new();
        match BufReader::new(out).read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim().to_owned()),
        }
    }

    fn why<T>(result: Result<T>) -> String {
        match result.err().unwrap() {
            ExchangeError::Failed(why) => why,
            other => format!("{other:?}"),
        }
    }

    /// Whether a process with this ID exists and is not a zombie.
    fn runs(id: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The state follows the name, which is in parentheses.
        stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
    }

    #[test]
    fn an_exchange_ends_successfully() {
        let (child, mut stdin, stdout) = shell("read x; echo $x$x", &RunControl::default());
        assert_eq!(child.ask(|| stdin.write_all(b"ho\n").and_then(|()| line(stdout))).unwrap(), "hoho");
        child.join().unwrap();
    }

    #[test]
    fn the_exit_status_is_reported() {
        let (child, _stdin, stdout) = shell("exit 7", &RunControl::default());
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: ended before it answered (exit status: 7)");
        assert_eq!(child.wait().unwrap().code(), Some(7));
        assert_eq!(why(child.join()), "the shell: ended with a failure (exit status: 7)");
        let (child, _stdin, stdout) = shell("kill -9 $$", &RunControl::default());
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: ended before it answered (signal: 9 (SIGKILL))");
        let nothing = Child::spawn("it", &mut Command::new("/no/such/program"), LIMIT, &RunControl::default());
        assert!(why(nothing).starts_with("it: could not be started: "));
    }

    #[test]
    fn a_silent_child_and_its_processes_are_killed() {
        let start = Instant::now();
        let (child, _stdin, mut stdout) = shell("sleep 60 & echo $!; wait", &RunControl::default());
        let mut id = [0; 32];
        let length = child.ask(|| stdout.read(&mut id)).unwrap();
        let id = std::str::from_utf8(&id[..length]).unwrap().trim();
        assert!(runs(id));
        // The limit does not apply while no request is pending.
        thread::sleep(2 * LIMIT);
        assert!(runs(id));
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: no answer within 0.3 s");
        assert_eq!(why(child.wait()), "the shell: no answer within 0.3 s");
        while runs(id) {
            assert!(start.elapsed() < Duration::from_secs(20), "{id} still runs");
        }
    }

    #[test]
    fn the_processes_of_an_ended_child_are_killed() {
        let start = Instant::now();
        let (child, _stdin, mut stdout) = shell("sleep 60 & echo $!", &RunControl::default());
        let mut id = [0; 32];
        let length = child.ask(|| stdout.read(&mut id)).unwrap();
        let id = std::str::from_utf8(&id[..length]).unwrap().trim();
        // `sleep` keeps the pipe open, so the end of the shell is not noticed.
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: no answer within 0.3 s");
        while runs(id) {
            assert!(start.elapsed() < Duration::from_secs(20), "{id} still runs");
        }
    }

    #[test]
    fn a_stop_ends_a_blocked_exchange() {
        let control = RunControl::default();
        let (child, _stdin, stdout) = shell("sleep 60", &control);
        control.stop();
        assert_eq!(why(child.ask(|| line(stdout))), "Stopped");
    }

    #[test]
    fn dropping_the_guard_kills_and_reaps() {
        let (child, _stdin, _stdout) = shell("trap '' TERM; sleep 60; sleep 60", &RunControl::default());
        let id = child.shared.process().id().to_string();
        assert!(runs(&id));
        drop(child);
        assert!(!std::path::Path::new("/proc").join(&id).exists() && !runs(&id));
    }
}
