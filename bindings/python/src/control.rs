//! How a call runs: without the GIL, with progress, and stopped by signals.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use lanewalk::{Error, Exec, Layer, RunControl};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::arguments::{name, optional, size, wrong_type};
use crate::errors::exception;

/// The shortest and the longest time between two looks at the signals. Each look takes the GIL, which another thread
/// may hold for 5 ms. The time between two looks is four times as long as a look, so that waiting takes at most a fifth
/// of a run.
const LOOK: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(20)];

/// The time between two reports of progress.
const REPORT: Duration = Duration::from_millis(50);

/// How to run, from the arguments `threads`, `layer`, `isa`, `pin` and `progress`.
pub(crate) struct How {
    pub(crate) exec: Exec,
    progress: Option<Py<PyAny>>,
}

impl<'py> FromPyObject<'_, 'py> for How {
    type Error = PyErr;

    fn extract(how: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        type Any<'py> = Bound<'py, PyAny>;
        let (threads, layer, isa, pin, progress): (Any<'py>, Any<'py>, Any<'py>, Any<'py>, Any<'py>) = how.extract()?;
        let mut exec = Exec::default();
        if let Some(threads) = optional(&threads, "threads", size)? {
            exec = exec.threads(threads);
        }
        let layer = optional(&layer, "layer", name::<Layer>)?;
        let isa = optional(&isa, "isa", name)?;
        if let (Some(layer), Some(_)) = (layer.filter(|layer| *layer != Layer::Simd), isa) {
            return Err(PyValueError::new_err(format!("isa: cannot be used with the layer '{layer}'")));
        }
        exec = layer.map_or(exec.clone(), |layer| exec.clone().layer(layer));
        exec = isa.map_or(exec.clone(), |isa| exec.clone().isa(isa));
        if let Some(pin) = optional(&pin, "pin", name)? {
            exec = exec.pin(pin);
        }
        if !progress.is_none() && !progress.is_callable() {
            return Err(wrong_type("progress", &progress, "True, False, None or a function of (done, total)"));
        }
        Ok(Self { exec, progress: (!progress.is_none()).then(|| progress.unbind()) })
    }
}

/// What the hook of a run shares with its caller.
struct Shared {
    /// The exception that stopped the run.
    raised: Mutex<Option<PyErr>>,
    progress: Option<Py<PyAny>>,
    /// When the next look at the signals and the next report are due.
    due: Mutex<(Instant, Instant)>,
}

/// A control with a hook that raises the exceptions of signal handlers and of the progress function.
pub(crate) struct Interruptible {
    pub(crate) control: RunControl,
    shared: Arc<Shared>,
}

impl Interruptible {
    /// `None` if nothing can interrupt a call on this thread: Python handles signals on its main thread only.
    pub(crate) fn new(py: Python<'_>, progress: Option<&Py<PyAny>>) -> PyResult<Option<Self>> {
        if progress.is_none() && !is_main_thread(py)? {
            return Ok(None);
        }
        let now = Instant::now();
        let progress = progress.map(|function| function.clone_ref(py));
        let due = Mutex::new((now + LOOK[0], now + REPORT));
        let shared = Arc::new(Shared { raised: Mutex::default(), progress, due });
        let control = RunControl::new();
        let hook = (control.clone(), Arc::clone(&shared));
        let control = control.interrupt(move || hook.1.must_stop(&hook.0));
        Ok(Some(Self { control, shared }))
    }

    /// The exception that stopped the run, or else the exception for the error.
    pub(crate) fn finish<T>(&self, py: Python<'_>, outcome: PyResult<T>) -> PyResult<T> {
        if let Some(raised) = lock(&self.shared.raised).take() {
            return Err(raised);
        }
        let outcome = outcome?;
        if let Some(progress) = &self.shared.progress {
            let done = self.control.done();
            progress.call1(py, (done, done))?;
        }
        Ok(outcome)
    }
}

impl Shared {
    /// The hook of a run. It is called every few milliseconds on the calling thread, without the GIL.
    fn must_stop(&self, control: &RunControl) -> bool {
        let now = Instant::now();
        let due = *lock(&self.due);
        let report = self.progress.is_some() && now >= due.1;
        if now < due.0 && !report {
            return false;
        }
        let looks = |py: Python<'_>| {
            py.check_signals()?;
            if let Some(progress) = self.progress.as_ref().filter(|_| report) {
                let (done, total) = (control.done(), control.total());
                progress.call1(py, (done, total.max(done)))?;
            }
            Ok(())
        };
        // Python is shutting down if it cannot be attached.
        let outcome = Python::try_attach(looks);
        let end = Instant::now();
        let next_report = if report { end + REPORT } else { due.1 };
        *lock(&self.due) = (end + (4 * (end - now)).clamp(LOOK[0], LOOK[1]), next_report);
        match outcome {
            Some(Ok(())) => false,
            Some(Err(raised)) => {
                *lock(&self.raised) = Some(raised);
                true
            }
            None => true,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this is the thread that handles the signals of Python.
fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    static MAIN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static THIS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let function = |lock: &'static PyOnceLock<Py<PyAny>>, name| {
        lock.get_or_try_init(py, || Ok::<_, PyErr>(py.import("threading")?.getattr(name)?.unbind()))
    };
    let main = function(&MAIN, "main_thread")?.call0(py)?.getattr(py, "ident")?;
    main.bind(py).eq(function(&THIS, "get_ident")?.call0(py)?)
}

/// Runs `work` without the GIL. A panic, which would be a fault of the library, becomes a `RuntimeError`.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> lanewalk::Result<T> + Send) -> PyResult<T> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(outcome) => outcome.map_err(exception),
        Err(_) => Err(panicked()),
    }
}

/// Lets other threads of Python run, and returns the exception that the handler of a pending signal raises.
pub(crate) fn look(py: Python<'_>) -> PyResult<()> {
    py.detach(|| ());
    py.check_signals()
}

fn panicked() -> PyErr {
    PyRuntimeError::new_err("lanewalk panicked; this is a fault of lanewalk, please report it")
}

/// Runs `work` without the GIL, until it ends, or until a signal handler or the progress function raises an exception.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    how: &How,
    work: impl FnOnce(&Exec) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let Some(hook) = Interruptible::new(py, how.progress.as_ref())? else {
        return detached(py, || work(&how.exec));
    };
    let exec = how.exec.clone().control(&hook.control);
    let outcome = detached(py, || work(&exec));
    hook.finish(py, outcome)
}

/// Runs `work`, which has no control, without the GIL, until it ends or a signal handler raises an exception. Only the
/// main thread handles signals. There, `work` runs on a thread of its own, which continues in the background if the
/// call is interrupted. Starting the thread takes some tens of microseconds, so short work does not come here.
pub(crate) fn abandoned_by_signals<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> lanewalk::Result<T> + Send + 'static,
) -> PyResult<T> {
    if !is_main_thread(py)? {
        return detached(py, work);
    }
    // The caller takes the work back if no thread can be started.
    let (sender, receiver) = mpsc::channel();
    let shared = Arc::new(Mutex::new(Some(work)));
    let work = Arc::clone(&shared);
    let started = thread::Builder::new().name("lanewalk".to_owned()).spawn(move || {
        if let Some(work) = lock(&work).take() {
            _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
        }
    });
    if started.is_err()
        && let Some(work) = lock(&shared).take()
    {
        return detached(py, work);
    }
    let wait = move || -> PyResult<Option<lanewalk::Result<T>>> {
        loop {
            match receiver.recv_timeout(LOOK[1]) {
                Ok(outcome) => return Ok(outcome.ok()),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                // Python is shutting down if it cannot be attached.
                Err(RecvTimeoutError::Timeout) => match Python::try_attach(look) {
                    Some(looked) => looked?,
                    None => return Ok(Some(Err(Error::Stopped))),
                },
            }
        }
    };
    py.detach(wait)?.ok_or_else(panicked)?.map_err(exception)
}

/// The values of `value` at each of `arguments`, without the GIL, until a signal handler raises an exception.
pub(crate) fn map<A: Sync, T: Send>(
    py: Python<'_>,
    arguments: &[A],
    value: impl Fn(&A) -> T + Sync,
) -> PyResult<Vec<T>> {
    /// The number of values between two looks at the clock: at most some milliseconds.
    const PIECE: usize = 64;
    let hook = if arguments.len() > PIECE { Interruptible::new(py, None)? } else { None };
    let must_stop = || hook.as_ref().is_some_and(|hook| hook.shared.must_stop(&hook.control));
    let values = detached(py, || {
        let mut values = Vec::with_capacity(arguments.len());
        for piece in arguments.chunks(PIECE) {
            values.extend(piece.iter().map(&value));
            if must_stop() {
                return Err(Error::Stopped);
            }
        }
        Ok(values)
    });
    match &hook {
        Some(hook) => hook.finish(py, values),
        None => values,
    }
}

impl How {
    /// A control for an object that runs in several calls, and an `Exec` with it.
    pub(crate) fn hooked(&self, py: Python<'_>) -> PyResult<(Option<Interruptible>, Exec)> {
        if self.progress.is_some() {
            return Err(PyTypeError::new_err("progress: a stepper does not report progress"));
        }
        let hook = Interruptible::new(py, None)?;
        let exec = hook.as_ref().map_or_else(|| self.exec.clone(), |hook| self.exec.clone().control(&hook.control));
        Ok((hook, exec))
    }
}
