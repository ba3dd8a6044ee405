//! One run of the program: what it planned, how long it took, and how much memory.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::bench::restoration::{numbers, text};
use crate::process::Outcome;

/// How often the memory of the program is looked at. The system keeps the highest value itself: only what is
/// taken in the last moments can be missed.
const LOOK: Duration = Duration::from_millis(20);
/// A run is stopped after so many times its limit: it is missed by then.
const PATIENCE: u32 = 5;

/// A run to come.
pub struct Run<'a> {
    /// The program and its arguments.
    pub command: Command,
    /// The plan folder.
    pub out: &'a Path,
    /// The time limit that it was given, seconds.
    pub limit: u32,
}

/// What came of a run.
#[derive(Debug)]
pub struct Measured {
    /// `None`: stopped, after five times its limit.
    pub plan: Option<Plan>,
    /// Wall time of the whole program.
    pub seconds: f64,
    /// The most memory that it had at once, where the system tells.
    pub peak_bytes: Option<u64>,
}

/// What `plan.json` says of a plan, in the measure that the scenario minimises.
#[derive(Debug, PartialEq)]
pub struct Plan {
    /// What the plan costs.
    pub weighted: f64,
    /// What no plan can cost less than.
    pub bound: f64,
    /// (plan - bound) / plan.
    pub gap: f64,
    /// What one-step greedy costs.
    pub greedy: f64,
}

impl Run<'_> {
    /// Runs the program to its end or until patience does.
    pub fn measure(mut self) -> Outcome<Measured> {
        let program = self.command.get_program().to_string_lossy().into_owned();
        let start = Instant::now();
        let mut child = self
            .command
            .spawn()
            .map_err(|error| format!("`{program}` cannot be started: {error}"))?;
        let mut peak_bytes = None;
        let status = loop {
            peak_bytes = peak_bytes.max(memory(&child));
            match child.try_wait().map_err(|error| format!("`{program}`: {error}"))? {
                Some(status) => break status,
                None if start.elapsed().as_secs() > u64::from(PATIENCE * self.limit) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    let seconds = start.elapsed().as_secs_f64();
                    return Ok(Measured { plan: None, seconds, peak_bytes });
                }
                None => std::thread::sleep(LOOK),
            }
        };
        let seconds = start.elapsed().as_secs_f64();
        if !status.success() {
            return Err(format!("`{program} plan`: {status}").into());
        }
        let plan = Plan::of(&text(&self.out.join("plan.json"))?)?;
        Ok(Measured { plan: Some(plan), seconds, peak_bytes })
    }
}

/// The most memory that a process has had at once, as Linux tells.
fn memory(child: &Child) -> Option<u64> {
    peak(&fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?)
}

/// The line `VmHWM: 1234 kB` of a process's status, in bytes.
fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

impl Plan {
    /// Reads `plan.json`: the objective comes first, then the bound, then the baselines.
    pub fn of(json: &str) -> Outcome<Self> {
        let mut weighted = numbers(json, "weighted");
        let mut number = |member: &str| {
            let found =
                if member == "weighted" { weighted.next() } else { numbers(json, member).next() };
            found.ok_or_else(|| format!("plan.json has no number `{member}`"))
        };
        Ok(Plan {
            weighted: number("weighted")?,
            bound: number("weighted")?,
            gap: number("gap")?,
            greedy: number("greedy")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Plan, peak};

    #[test]
    fn reads_a_plan() {
        let json = r#"{"objective": {"unserved_mwh": 9.0, "weighted": 10.0},
            "bound": {"weighted": 8.0, "gap": 0.2, "method": "best-state"},
            "baseline": {"no_repair": 40.0, "greedy": 12.5}}"#;
        let plan = Plan::of(json).expect("a plan");
        assert_eq!(plan, Plan { weighted: 10.0, bound: 8.0, gap: 0.2, greedy: 12.5 });
        assert!(Plan::of("{}").is_err());
    }

    #[test]
    fn reads_the_peak_of_a_process() {
        assert_eq!(peak("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2 << 20));
        assert_eq!(peak("Name:\tx\n"), None);
    }
}
