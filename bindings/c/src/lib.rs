//! The C interface of lanewalk.
//!
//! `include/lanewalk.h` is made from these sources and states the contract of every function. The functions check
//! pointers, sizes and names, call the library, and copy what it returns. They compute nothing themselves.
//!
//! Pointers to single objects are `Option<&T>` and `Option<&mut T>`: a null pointer is `None`. The contract of the
//! header makes other pointers valid. Each function runs inside `status::call`, so no panic reaches the caller.
#![deny(missing_docs, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]
#![allow(non_camel_case_types, reason = "the names of C")]
#![allow(clippy::not_unsafe_ptr_arg_deref, reason = "C has no unsafe functions; the header states what must hold")]

mod control;
mod distribution;
mod estimate;
mod exec;
mod handle;
mod heat;
mod json;
mod machine;
mod memory;
mod numbers;
mod problem;
mod result;
mod run;
mod status;
mod stepper;
mod stream;
mod text;
