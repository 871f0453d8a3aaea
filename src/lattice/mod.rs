//! Returns of the simple random walk on the lattice Z^D.

#[allow(dead_code, reason = "its caller is being written")]
pub(crate) mod exact;
