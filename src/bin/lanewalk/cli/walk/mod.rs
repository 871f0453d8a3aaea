//! `lanewalk walk`: first-passage times of random walks, to a distance, between barriers, out of a region in space.

mod arguments;
mod barriers;
mod distances;
mod means;
mod region;

use super::failure::Failure;
use crate::exit::ExitCode;
pub(super) use arguments::Arguments;

impl Arguments {
    pub(in crate::cli) fn run(&self) -> Result<ExitCode, Failure> {
        self.check_flags()?;
        if self.has_barriers() {
            barriers::run(self)?;
        } else if let Some(dimensions) = &self.dim {
            region::run(self, &dimensions.0)?;
        } else {
            distances::run(self)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
