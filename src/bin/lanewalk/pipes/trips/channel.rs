//! Another thread, at the other end of two channels.
//!
//! The message is moved, not copied: to hand over what one owns is what channels are for, and what threads have before
//! processes. A trip therefore takes as long with a mebibyte as with a word, and the bytes per second are nominal.

use std::mem;
use std::sync::mpsc;
use std::thread;

use super::link::{Link, Turn};
use crate::pipes::error::{ExchangeError, Result};

/// A thread of its own in each turn, not pinned: the one that waits sleeps.
pub(super) struct Channel;

impl Link for Channel {
    fn kind(&self) -> &'static str {
        "thread channel"
    }

    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>> {
        let (there, requests) = mpsc::channel::<Vec<u8>>();
        let (answers, back) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                for message in requests {
                    if answers.send(message).is_err() {
                        break;
                    }
                }
            });
            turn.time(self.kind(), move |message| {
                let gone = || ExchangeError::Failed("thread channel: the thread at its other end is gone".to_owned());
                there.send(mem::take(message)).map_err(|_| gone())?;
                *message = back.recv().map_err(|_| gone())?;
                Ok(())
            })
        })
    }

    fn note(&self) -> Option<String> {
        Some("thread channel: messages are moved, not copied; their bandwidth is nominal".to_owned())
    }
}
