#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    lanewalk_program::fuzzing::run("kernel_text", input);
});
