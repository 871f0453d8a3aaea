//! Round trips over two channels to another thread.
//!
//! A channel moves the message and does not copy it. Threads can transfer ownership in this way, but processes cannot.
//! A trip with 1 MiB therefore takes as long as a trip with one word, and the bytes per second are nominal.

use std::mem;
use std::sync::mpsc;
use std::thread;

use super::link::{Link, Turn};
use crate::pipes::error::{ExchangeError, Result};

/// A new thread in each turn. The threads are not pinned, and a thread that waits sleeps.
pub(super) struct Channel;

impl Link for Channel {
    fn kind(&self) -> &'static str {
        "thread channel"
    }

    fn trips(&mut self, turn: &Turn) -> Result<Vec<u64>> {
        let (sender, requests) = mpsc::channel::<Vec<u8>>();
        let (answers, receiver) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                for message in requests {
                    if answers.send(message).is_err() {
                        break;
                    }
                }
            });
            turn.time(self.kind(), move |message| {
                let ended =
                    || ExchangeError::Failed("thread channel: the thread at the other end has ended".to_owned());
                sender.send(mem::take(message)).map_err(|_| ended())?;
                *message = receiver.recv().map_err(|_| ended())?;
                Ok(())
            })
        })
    }

    fn note(&self) -> Option<String> {
        Some("thread channel: messages are moved, not copied, so the bandwidth is nominal".to_owned())
    }
}
