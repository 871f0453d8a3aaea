//! Names of enumerations, as text.

/// Implements `Display` and `FromStr` with the lower-case names of the command line.
macro_rules! names {
    ($type:ident, $argument:literal, $($variant:ident => $name:literal),+) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(match self { $(Self::$variant => $name),+ })
            }
        }
        impl std::str::FromStr for $type {
            type Err = $crate::Error;
            fn from_str(text: &str) -> $crate::Result<Self> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err($crate::Error::invalid(
                        $argument,
                        format_args!("'{text}'"),
                        concat!("one of", $(" ", $name),+),
                    )),
                }
            }
        }
    };
}
pub(crate) use names;
