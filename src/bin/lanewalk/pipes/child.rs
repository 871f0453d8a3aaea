//! A child process behind two pipes that is never left behind and never waited for without end.
//!
//! What is said to it goes through [`Child::ask`], in plain blocking reads and writes. A watchdog kills the child when
//! an answer takes longer than the limit, and when the run is stopped: the blocked call then returns, since its pipe
//! has closed. Dropping the guard kills the child and reaps it.
//!
//! Should this process itself be killed, no guard runs. Its ends of the pipes close all the same, so a child that ends
//! at the end of its input does not outlive it.

use std::io;
use std::process::{self, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use lanewalk::RunControl;

use crate::pipes::error::{ExchangeError, Result};

/// How often the watchdog looks: rarely enough to be unseen in timings, often enough for Ctrl-C.
const LOOK: Duration = Duration::from_millis(20);

/// How long a child that has closed its pipe may take to end, before it is reported as still running.
const PARTING: Duration = Duration::from_secs(1);

/// A running child process. See the [module](self).
pub(crate) struct Child {
    name: String,
    limit: Duration,
    control: RunControl,
    shared: Arc<Shared>,
    /// Its end is dropped to end the watchdog, which is then joined.
    watchdog: Option<(Sender<()>, JoinHandle<()>)>,
}

/// What the watchdog sees.
struct Shared {
    process: Mutex<process::Child>,
    /// Raised before each question and after each answer: odd while an answer is awaited.
    asked: AtomicU64,
    /// The watchdog has killed the child because an answer took too long.
    late: AtomicBool,
}

impl Child {
    /// Starts `command` with pipes at its standard input and output, which are handed to the caller; what else it has
    /// is the command's. `name` stands in messages. No answer may take longer than `limit`.
    ///
    /// The child leads a process group of its own: Ctrl-C reaches this process alone, which then ends the child, and
    /// what the child has started itself is killed with it.
    ///
    /// # Errors
    /// [`ExchangeError::Failed`] if it cannot be started.
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
        let shared = Shared { process: Mutex::new(process), asked: AtomicU64::new(0), late: AtomicBool::new(false) };
        let (name, control, shared) = (name.to_owned(), control.clone(), Arc::new(shared));
        // From here on the child is reaped, come what may.
        let mut child = Self { name, limit, control: control.clone(), shared: Arc::clone(&shared), watchdog: None };
        let (end, ended) = mpsc::channel();
        let watchdog = thread::Builder::new().name("watchdog".to_owned());
        let watchdog = watchdog.spawn(move || shared.guard(limit, &control, || ended.recv_timeout(LOOK)));
        let watchdog = watchdog.map_err(|error| child.failed(&format!("it has no watchdog: {error}")))?;
        child.watchdog = Some((end, watchdog));
        let (stdin, stdout) = pipes.ok_or_else(|| child.failed("it has no pipes"))?;
        Ok((child, stdin, stdout))
    }

    /// Does `exchange`, reads and writes on the child's pipes, within the limit.
    ///
    /// # Errors
    /// [`ExchangeError::Stopped`] if the run was stopped; else [`ExchangeError::Failed`] with what became of the child,
    /// if the exchange failed or took too long.
    pub(crate) fn ask<T>(&self, exchange: impl FnOnce() -> io::Result<T>) -> Result<T> {
        self.shared.asked.fetch_add(1, Ordering::Relaxed);
        let answer = exchange();
        self.shared.asked.fetch_add(1, Ordering::Relaxed);
        if self.control.is_stopped() {
            return Err(ExchangeError::Stopped);
        }
        if self.shared.late.load(Ordering::Relaxed) {
            return Err(self.failed(&format!("no answer within {} s", self.limit.as_secs_f64())));
        }
        answer.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => match self.ending(PARTING) {
                Some(status) => self.failed(&format!("ended before it answered ({status})")),
                None => self.failed("closed its pipe before it answered"),
            },
            _ => self.failed(&error.to_string()),
        })
    }

    /// Waits for the child to end by itself, and returns how it did: by an exit status or by a signal.
    ///
    /// # Errors
    /// As [`Child::ask`]: a child that runs on is killed when the limit has passed.
    pub(crate) fn wait(&self) -> Result<ExitStatus> {
        // A killed child ends as well, after which `ask` says why it was killed.
        self.ask(|| self.ending(Duration::MAX).ok_or_else(|| io::ErrorKind::TimedOut.into()))
    }

    /// Waits for the child to end of its own accord, and in success.
    ///
    /// # Errors
    /// As [`Child::wait`], and [`ExchangeError::Failed`] if it ended in any other way.
    pub(crate) fn join(self) -> Result<()> {
        match self.wait()? {
            status if status.success() => Ok(()),
            status => Err(self.failed(&format!("ended in failure ({status})"))),
        }
    }

    /// A failure that this child is to blame for.
    pub(crate) fn failed(&self, why: &str) -> ExchangeError {
        ExchangeError::Failed(format!("{}: {why}", self.name))
    }

    /// How the child has ended, if it does so within `patience`.
    fn ending(&self, patience: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            let status = self.shared.process().try_wait();
            match status {
                Ok(None) if start.elapsed() < patience => thread::sleep(Duration::from_millis(1)),
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

    /// The watchdog's life: `look` waits a moment, and says when the guard has gone.
    fn guard(
        &self,
        limit: Duration,
        control: &RunControl,
        look: impl Fn() -> std::result::Result<(), RecvTimeoutError>,
    ) {
        let (mut seen, mut since) = (0, Instant::now());
        while look() == Err(RecvTimeoutError::Timeout) {
            let asked = self.asked.load(Ordering::Relaxed);
            if asked != seen {
                (seen, since) = (asked, Instant::now());
            }
            let late = asked % 2 == 1 && since.elapsed() >= limit;
            if late || control.is_stopped() {
                self.late.store(late, Ordering::Relaxed);
                return kill(&mut self.process());
            }
        }
    }
}

/// Kills the child with its process group, what an ended child has left running too. Nothing is done to one that was
/// reaped: its number may be another's by now.
fn kill(process: &mut process::Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
        let id = Pid::from_child(process);
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        if waitid(WaitId::Pid(id), look).is_ok() {
            _ = kill_process_group(id, Signal::KILL);
        }
    }
    // Of one that has ended, the standard library knows.
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

    /// Whether a process of this number is there and is no mere entry that waits to be reaped.
    fn runs(id: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The state follows the name, which stands in brackets.
        stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
    }

    #[test]
    fn an_exchange_and_a_good_end() {
        let (child, mut stdin, stdout) = shell("read x; echo $x$x", &RunControl::default());
        assert_eq!(child.ask(|| stdin.write_all(b"ho\n").and_then(|()| line(stdout))).unwrap(), "hoho");
        child.join().unwrap();
    }

    #[test]
    fn how_it_ended_is_told() {
        let (child, _stdin, stdout) = shell("exit 7", &RunControl::default());
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: ended before it answered (exit status: 7)");
        assert_eq!(child.wait().unwrap().code(), Some(7));
        assert_eq!(why(child.join()), "the shell: ended in failure (exit status: 7)");
        let (child, _stdin, stdout) = shell("kill -9 $$", &RunControl::default());
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: ended before it answered (signal: 9 (SIGKILL))");
        let nothing = Child::spawn("it", &mut Command::new("/no/such/program"), LIMIT, &RunControl::default());
        assert!(why(nothing).starts_with("it: could not be started: "));
    }

    #[test]
    fn a_silent_one_is_killed_and_so_is_what_it_started() {
        let start = Instant::now();
        let (child, _stdin, mut stdout) = shell("sleep 60 & echo $!; wait", &RunControl::default());
        let mut id = [0; 32];
        let length = child.ask(|| stdout.read(&mut id)).unwrap();
        let id = std::str::from_utf8(&id[..length]).unwrap().trim();
        assert!(runs(id));
        // A rest is no silence.
        thread::sleep(2 * LIMIT);
        assert!(runs(id));
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: no answer within 0.3 s");
        assert_eq!(why(child.wait()), "the shell: no answer within 0.3 s");
        while runs(id) {
            assert!(start.elapsed() < Duration::from_secs(20), "{id} runs on");
        }
    }

    #[test]
    fn what_an_ended_child_has_left_running_is_killed_too() {
        let start = Instant::now();
        let (child, _stdin, mut stdout) = shell("sleep 60 & echo $!", &RunControl::default());
        let mut id = [0; 32];
        let length = child.ask(|| stdout.read(&mut id)).unwrap();
        let id = std::str::from_utf8(&id[..length]).unwrap().trim();
        // It holds the pipe open, so the end of the shell goes unnoticed.
        assert_eq!(why(child.ask(|| line(stdout))), "the shell: no answer within 0.3 s");
        while runs(id) {
            assert!(start.elapsed() < Duration::from_secs(20), "{id} runs on");
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
