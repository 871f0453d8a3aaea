//! The status of a call, the message of the last error, and the guard around every function.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use lanewalk_core::Error;

use crate::text;

/// The outcome of a call. Every value except `LANEWALK_STATUS_OK` is an error, and later versions may add values.
///
/// After an error, the outputs of the call are as they were, unless the function says otherwise.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lanewalk_status {
    /// The call succeeded.
    Ok = 0,
    /// An argument is outside its range, a name is unknown, a size is wrong, or a pointer is null.
    InvalidArgument = 1,
    /// This build or this machine does not support the requested value.
    Unavailable = 2,
    /// The memory that the call needs cannot be allocated.
    OutOfMemory = 3,
    /// The operating system did not start the threads.
    Threads = 4,
    /// A control stopped the run.
    Stopped = 5,
    /// Two results do not merge.
    Merge = 6,
    /// An error in the library itself. The handles of the call may only be freed.
    Internal = 7,
}

/// The reason why a call failed.
pub(crate) struct Failure {
    status: lanewalk_status,
    /// The name of the invalid argument.
    argument: Option<Cow<'static, str>>,
    /// The start of the message: the invalid argument, or one of its entries.
    place: Option<String>,
    /// The invalid value, in the words of the library.
    given: Option<String>,
    reason: String,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// An invalid argument, with a message that begins with its name, as those of the library do.
    pub(crate) fn invalid(argument: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::named(lanewalk_status::InvalidArgument, argument.into(), reason.to_string())
    }

    fn named(status: lanewalk_status, argument: Cow<'static, str>, reason: String) -> Self {
        Self { status, place: Some(argument.to_string()), argument: Some(argument), given: None, reason }
    }

    /// The same failure about another argument. The message begins with `place`, which may be an entry of it.
    pub(crate) fn about(self, argument: &'static str, place: String) -> Self {
        Self { argument: Some(argument.into()), place: Some(place), ..self }
    }

    /// The name of the invalid argument.
    pub(crate) fn argument(&self) -> Option<&str> {
        self.argument.as_deref()
    }

    /// Whether this is the invalid value.
    pub(crate) fn is_given(&self, value: impl std::fmt::Display) -> bool {
        self.given.as_ref().is_some_and(|given| *given == value.to_string())
    }

    fn unnamed(status: lanewalk_status, reason: String) -> Self {
        Self { status, argument: None, place: None, given: None, reason }
    }

    pub(crate) fn null(argument: &'static str) -> Self {
        Self::invalid(argument, "got a null pointer, expected a valid pointer")
    }

    pub(crate) fn out_of_memory(argument: &'static str, reason: impl std::fmt::Display) -> Self {
        Self { status: lanewalk_status::OutOfMemory, ..Self::invalid(argument, reason) }
    }

    pub(crate) fn merge(reason: &str) -> Self {
        Self::unnamed(lanewalk_status::Merge, format!("the results do not merge: {reason}"))
    }
}

impl From<Error> for Failure {
    fn from(mut error: Error) -> Self {
        let mut value = None;
        if let Error::Argument { given, .. } | Error::Unavailable { given, .. } | Error::OutOfMemory { given, .. } =
            &mut error
        {
            value = Some(given.clone());
            *given = text::echo(given);
        }
        let status = match error {
            Error::Argument { .. } => lanewalk_status::InvalidArgument,
            Error::Unavailable { .. } => lanewalk_status::Unavailable,
            Error::OutOfMemory { .. } => lanewalk_status::OutOfMemory,
            Error::Threads { .. } => lanewalk_status::Threads,
            Error::Stopped => lanewalk_status::Stopped,
            Error::Merge { .. } => lanewalk_status::Merge,
            _ => lanewalk_status::Internal,
        };
        let message = error.to_string();
        let Some(argument) = error.argument() else { return Self::unnamed(status, message) };
        let reason = message.strip_prefix(argument).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(&message);
        Self { given: value, ..Self::named(status, argument.into(), reason.to_owned()) }
    }
}

/// The texts of the last error of a thread.
struct LastError {
    message: CString,
    argument: Option<CString>,
}

thread_local! {
    static LAST_ERROR: RefCell<Option<LastError>> = const { RefCell::new(None) };
}

/// Runs the body of a function of the interface. An error or a panic becomes a status and the message of this thread.
pub(crate) fn call(body: impl FnOnce() -> Result<()>) -> lanewalk_status {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return lanewalk_status::Ok,
        Ok(Err(failure)) => failure,
        Err(panic) => {
            let reason = panic.downcast_ref::<String>().map(String::as_str);
            let reason = reason.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason is known");
            let message = format!("an error in lanewalk itself, please report it: {reason}");
            // The payload may itself panic when it is dropped.
            std::mem::forget(panic);
            Failure::unnamed(lanewalk_status::Internal, message)
        }
    };
    let text = |text: String| CString::new(text.replace('\0', " ")).unwrap_or_default();
    let message = failure.place.map_or_else(String::new, |place| place + ": ") + &failure.reason;
    let argument = failure.argument.map(|name| text(name.into_owned()));
    let last = LastError { message: text(text::bounded(&message)), argument };
    // A thread that ends may have dropped its texts already: then only the status remains.
    _ = LAST_ERROR.try_with(|cell| cell.replace(Some(last)));
    failure.status
}

fn last_error(text: impl Fn(&LastError) -> Option<*const c_char>) -> *const c_char {
    let found = LAST_ERROR.try_with(|cell| cell.borrow().as_ref().and_then(text));
    found.ok().flatten().unwrap_or(ptr::null())
}

/// The message of the last call on this thread that failed: what is wrong, and what is accepted. NULL if no call has
/// failed. The text is valid until the next call on this thread that fails.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_last_error_message() -> *const c_char {
    last_error(|last| Some(last.message.as_ptr()))
}

/// The name of the invalid argument of the last call on this thread that failed: a parameter of the function, or the
/// value that it was set as, such as `distance` or `threads`. NULL if no argument was invalid. The text is valid until
/// the next call on this thread that fails.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_last_error_argument() -> *const c_char {
    last_error(|last| last.argument.as_ref().map(|name| name.as_ptr()))
}

/// Reports an invalid argument, as the functions of the library do: `lanewalk_last_error_argument` is `argument`, and
/// `lanewalk_last_error_message` is `argument`, a colon and `reason`. For interfaces on top of this one, which check
/// what C cannot check, such as the sizes of two arrays. Always returns `LANEWALK_STATUS_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub extern "C" fn lanewalk_refuse(argument: *const c_char, reason: *const c_char) -> lanewalk_status {
    call(|| {
        // SAFETY: the contract makes both texts valid.
        let (argument, reason) = unsafe { (text::text("argument", argument)?, text::text("reason", reason)?) };
        Err(Failure::named(lanewalk_status::InvalidArgument, argument.to_owned().into(), reason.to_owned()))
    })
}
