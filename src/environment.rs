//! The environment variables that choose the instruction set and the number of threads.

use std::env;

use crate::cores;
use crate::error::{Error, Result};
use crate::exec::Exec;
use crate::lanes::Isa;

/// The environment variable that forces an instruction set.
pub const ISA_VARIABLE: &str = "LANEWALK_ISA";

/// The environment variable that sets the number of threads.
pub const THREADS_VARIABLE: &str = "LANEWALK_THREADS";

/// The variables of other programs that set the number of threads, in the order of their priority.
const OTHER_THREADS_VARIABLES: [&str; 3] = ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"];

/// What the environment variables request.
///
/// | variable | meaning |
/// | --- | --- |
/// | `LANEWALK_ISA` | the instruction set; `auto` is the best one |
/// | `LANEWALK_THREADS` | the number of threads |
/// | `RAYON_NUM_THREADS` | the number of threads, if `LANEWALK_THREADS` is not set; 0 means not set |
/// | `OMP_NUM_THREADS` | the same, if both others are not set; its first number |
/// | `SLURM_CPUS_PER_TASK` | the same, if all others are not set |
///
/// An empty variable counts as not set. The library reads no variable unless the caller asks for it, here or with
/// [`Exec::from_env`]. Every subcommand of the program does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Environment {
    /// The default execution with the requested instruction set and threads. Its [`Plan`](crate::Plan) names the
    /// variables in force.
    pub exec: Exec,
    /// One line for each variable of another program whose value is invalid, and so has no effect.
    pub warnings: Vec<String>,
}

impl Environment {
    /// Reads the variables of this process.
    ///
    /// # Errors
    /// The value of `LANEWALK_ISA` or `LANEWALK_THREADS` is invalid, or this build or this machine does not support it.
    /// The argument of the error is the variable.
    ///
    /// ```
    /// let environment = lanewalk::Environment::read()?;
    /// assert!(environment.exec.plan()?.threads >= 1);
    /// # Ok::<(), lanewalk::Error>(())
    /// ```
    pub fn read() -> Result<Self> {
        Self::from_variables(|name| env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Reads the variables that `variable` returns.
    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let variable = |name| variable(name).filter(|value| !value.trim().is_empty());
        let mut environment = Self { exec: Exec::default(), warnings: Vec::new() };
        if let Some(isa) = variable(ISA_VARIABLE).filter(|name| name.trim() != "auto") {
            let available = isa.trim().parse::<Isa>().ok().filter(|isa| isa.is_available());
            let isa = available.ok_or_else(|| Error::invalid(ISA_VARIABLE, quoted(&isa), expected_isas()))?;
            environment.exec = environment.exec.isa_of(ISA_VARIABLE, isa);
        }
        if let Some(value) = variable(THREADS_VARIABLE) {
            let threads =
                threads(&value).map_err(|expected| Error::invalid(THREADS_VARIABLE, quoted(&value), expected))?;
            environment.exec = environment.exec.threads_of(THREADS_VARIABLE, threads);
            environment.exec.plan().map_err(|error| error.about(THREADS_VARIABLE))?;
            return Ok(environment);
        }
        for name in OTHER_THREADS_VARIABLES {
            let Some(value) = variable(name) else { continue };
            let number = if name == "OMP_NUM_THREADS" { value.split(',').next().unwrap_or_default() } else { &value };
            if name == "RAYON_NUM_THREADS" && number.trim() == "0" {
                continue;
            }
            match threads(number) {
                Ok(threads) => {
                    environment.exec = environment.exec.threads_of(name, threads);
                    break;
                }
                Err(expected) => {
                    environment
                        .warnings
                        .push(format!("{name}: got {}, expected {expected}; it has no effect", quoted(&value)));
                }
            }
        }
        Ok(environment)
    }
}

impl Exec {
    /// The default, with what the environment variables request: [`Environment::read`] without its warnings.
    ///
    /// # Errors
    /// As [`Environment::read`].
    pub fn from_env() -> Result<Self> {
        Ok(Environment::read()?.exec)
    }
}

/// The values of [`ISA_VARIABLE`] that this build accepts here.
fn expected_isas() -> String {
    let here: Vec<_> = Isa::available().iter().map(Isa::to_string).collect();
    match here[..] {
        [] => "auto, because this build has no layer simd".to_owned(),
        _ => format!("auto or one available here: {}", here.join(", ")),
    }
}

fn threads(text: &str) -> std::result::Result<usize, String> {
    let number = text.trim().parse::<usize>().ok();
    number.filter(|number| (1..=cores::MAX_THREADS).contains(number)).ok_or_else(|| match cores::MAX_THREADS {
        1 => "1, because this build lacks the feature threads".to_owned(),
        most => format!("a whole number from 1 to {most}"),
    })
}

/// The value in quotes, with control characters escaped and cut after 40 characters.
fn quoted(value: &str) -> String {
    const MOST: usize = 40;
    let short: String = value.chars().take(MOST).flat_map(char::escape_debug).collect();
    let more = if value.chars().count() > MOST { "..." } else { "" };
    format!("'{short}{more}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The threads, their variable, and the number of warnings.
    fn read(variables: &[(&str, &str)]) -> Result<(Option<usize>, Option<&'static str>, usize)> {
        let variable =
            |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
        let environment = Environment::from_variables(variable)?;
        let plan = environment.exec.plan()?;
        Ok((plan.threads_from.map(|_| plan.threads), plan.threads_from, environment.warnings.len()))
    }

    #[test]
    #[cfg(feature = "threads")]
    fn the_first_variable_with_a_number_is_in_force() {
        let (ours, rayon, omp, slurm) =
            (THREADS_VARIABLE, "RAYON_NUM_THREADS", "OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK");
        assert_eq!(read(&[]), Ok((None, None, 0)));
        assert_eq!(read(&[(ours, "")]), Ok((None, None, 0)));
        assert_eq!(read(&[(slurm, "7")]), Ok((Some(7), Some(slurm), 0)));
        assert_eq!(read(&[(slurm, "7"), (omp, "5,2")]), Ok((Some(5), Some(omp), 0)));
        assert_eq!(read(&[(slurm, "7"), (omp, "5"), (rayon, "3")]), Ok((Some(3), Some(rayon), 0)));
        assert_eq!(read(&[(slurm, "7"), (rayon, "0")]), Ok((Some(7), Some(slurm), 0)));
        assert_eq!(read(&[(rayon, "3"), (ours, " 2 ")]), Ok((Some(2), Some(ours), 0)));
        // A bad value of another program has no effect, and the next variable is in force.
        assert_eq!(read(&[(slurm, "7"), (omp, "many")]), Ok((Some(7), Some(slurm), 1)));
        assert_eq!(read(&[(omp, "0"), (rayon, "-1")]), Ok((None, None, 2)));
        assert_eq!(read(&[(omp, "5000")]), Ok((None, None, 1)));
        // With a value of ours, the others are not read.
        assert_eq!(read(&[(omp, "many"), (ours, "2")]), Ok((Some(2), Some(ours), 0)));
    }

    #[test]
    fn a_bad_value_of_ours_is_an_error() {
        for wrong in ["0", "-1", "1.5", "two", "1e99", "99999999999999999999", "2,3"] {
            let error = read(&[(THREADS_VARIABLE, wrong)]).unwrap_err();
            assert_eq!(error.argument(), Some(THREADS_VARIABLE), "{error}");
        }
        let error = read(&[(ISA_VARIABLE, "sse9")]).unwrap_err();
        assert_eq!(error.argument(), Some(ISA_VARIABLE));
        let absent = Isa::ALL.iter().find(|isa| !isa.is_available());
        if let Some(isa) = absent {
            let error = read(&[(ISA_VARIABLE, &isa.to_string())]).unwrap_err();
            assert_eq!(error.argument(), Some(ISA_VARIABLE), "{error}");
        }
        let long = "9\n".repeat(10_000);
        assert!(read(&[(THREADS_VARIABLE, &long)]).unwrap_err().to_string().len() < 200);
    }

    #[test]
    #[cfg(any(feature = "wide", feature = "pulp"))]
    fn the_plan_names_the_variables_in_force() {
        let isa = Isa::available()[0].to_string();
        let variable = |name: &str| match name {
            ISA_VARIABLE => Some(isa.clone()),
            THREADS_VARIABLE => Some("1".to_owned()),
            _ => None,
        };
        let exec = Environment::from_variables(variable).unwrap().exec;
        let plan = exec.plan().unwrap();
        assert_eq!((plan.isa_from, plan.threads_from), (Some(ISA_VARIABLE), Some(THREADS_VARIABLE)));
        // What the caller chooses comes first.
        let plan = exec.clone().threads(1).isa(Isa::available()[0]).plan().unwrap();
        assert_eq!((plan.isa_from, plan.threads_from), (None, None));
        let plan = exec.layer(crate::Layer::Scalar).plan().unwrap();
        assert_eq!((plan.isa_from, plan.isa), (None, None));
    }
}
