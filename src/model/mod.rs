//! Laws of parallel time: the limits of a run on several workers, and fits of laws to timings. Requires the feature
//! `exact`.
//!
//! | law | seconds for the work of one worker, on w workers | limit |
//! | --- | --- | --- |
//! | [`Amdahl`] | S + P / w | the serial part |
//! | [`Gustafson`] | 1 / (rate (s + (1 - s) w)) | the serial part of work that grows with the workers |
//! | [`Usl`] | (1 + contention (w - 1) + coherency w (w - 1)) / (rate w) | contention and communication |
//! | [`CriticalPath`] | max(work / w, span) | the longest chain of steps |
//! | [`Costs`] | the end of the last task in list scheduling | indivisible tasks |
//!
//! Each has a function `fit`, which fits it to [`Timing`]s. It returns the law with intervals ([`Fit`]), or the reason
//! why the timings do not identify it ([`NotIdentifiable`]). [`Comparison`] compares fits. This module only computes,
//! and measures nothing: equal timings give equal fits, bit for bit.
//!
//! ```
//! use lanewalk::model::{Amdahl, Model, Timing};
//!
//! // 100 seconds of preparation, 10000 seconds of parallel work.
//! let law = Amdahl::new(100.0, 10_000.0)?;
//! assert_eq!((law.time(1.0), law.time(100.0), law.limit()), (10_100.0, 200.0, 101.0));
//!
//! // The same law, fitted to timings.
//! let timings: lanewalk::Result<Vec<_>> = [1, 2, 4, 8].map(|w| Timing::new(w, law.time(w as f64))).into_iter().collect();
//! let fit = Amdahl::fit(&timings?).unwrap();
//! assert!((fit.model.serial - 100.0).abs() < 1e-6);
//! # Ok::<(), lanewalk::Error>(())
//! ```

mod amdahl;
mod checks;
mod comparison;
mod costs;
mod critical_path;
mod fit;
mod gustafson;
mod karp_flatt;
mod timing;
mod usl;

pub use amdahl::Amdahl;
pub use comparison::Comparison;
pub use costs::{Chunk, Costs, ListSchedule};
pub use critical_path::CriticalPath;
pub use fit::{Fit, Parameter};
pub use gustafson::Gustafson;
pub use karp_flatt::karp_flatt;
pub use timing::{Model, NotIdentifiable, Timing};
pub use usl::Usl;
