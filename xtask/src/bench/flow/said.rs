//! What a program says of its work: one line of numbers, or why it cannot.

use crate::process::Outcome;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Seconds first, then what the verb counts.
    Numbers(Vec<f64>),
    /// Why there are none.
    Cannot(String),
}

impl Said {
    /// Reads the last line that a program printed.
    pub fn parse(output: &str) -> Outcome<Self> {
        let line = output.lines().last().unwrap_or("").trim();
        if let Some(reason) = line.strip_prefix("cannot:") {
            return Ok(Said::Cannot(reason.trim().to_owned()));
        }
        let numbers: Result<Vec<f64>, _> = line.split_whitespace().map(str::parse).collect();
        match numbers {
            Ok(numbers) if numbers.first().is_some_and(|seconds| *seconds > 0.0) => {
                Ok(Said::Numbers(numbers))
            }
            _ => Err(format!("not understood: {line}").into()),
        }
    }

    /// The number at a place; none where there are fewer, or where the program cannot.
    pub fn number(&self, at: usize) -> Option<f64> {
        match self {
            Said::Numbers(numbers) => numbers.get(at).copied(),
            Said::Cannot(_) => None,
        }
    }

    /// Seconds of the work.
    pub fn seconds(&self) -> Option<f64> {
        self.number(0)
    }
}

/// The rounds of one program.
#[derive(Debug, Default)]
pub struct Rounds(pub Vec<Said>);

impl Rounds {
    /// What it said in the round with the median time; the refusal of one that cannot.
    pub fn middle(&self) -> Option<&Said> {
        let mut all: Vec<&Said> = self.0.iter().filter(|said| said.seconds().is_some()).collect();
        all.sort_by(|a, b| {
            a.seconds().unwrap_or(f64::NAN).total_cmp(&b.seconds().unwrap_or(f64::NAN))
        });
        all.get(all.len() / 2).copied().or_else(|| self.0.first())
    }

    /// The median over the rounds of `value(ours, theirs)`.
    pub fn ratio(&self, theirs: &Rounds, value: impl Fn(&Said, &Said) -> Option<f64>) -> f64 {
        let pairs = self.0.iter().zip(&theirs.0);
        median(pairs.filter_map(|(ours, theirs)| value(ours, theirs)).collect())
    }

    /// Whether to ask again in this round: not what cannot, and not what takes long, once.
    pub fn again(&self) -> bool {
        const LONG: f64 = 8.0;
        self.0.last().is_none_or(|said| said.seconds().is_some_and(|seconds| seconds < LONG))
    }
}

/// The number in the middle; not a number where there are none.
pub fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{Rounds, Said};

    #[test]
    fn reads_what_a_program_says() {
        let said = Said::parse("chatter\n0.5 10 9\n").expect("a line");
        assert_eq!((said.seconds(), said.number(2), said.number(3)), (Some(0.5), Some(9.0), None));
        let cannot = Said::parse("cannot: the base case diverges\n").expect("a line");
        assert_eq!(cannot, Said::Cannot("the base case diverges".to_owned()));
        for wrong in ["", "no solution", "0 1", "NaN 1"] {
            assert!(Said::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn takes_the_middle_of_rounds() {
        let round = |seconds| Said::Numbers(vec![seconds]);
        let ours = Rounds(vec![round(1.0), round(2.0), round(1.0)]);
        let theirs = Rounds(vec![round(4.0), round(6.0), round(5.0)]);
        assert_eq!(ours.middle(), Some(&round(1.0)));
        let times = |a: &Said, b: &Said| Some(b.seconds()? / a.seconds()?);
        assert!((ours.ratio(&theirs, times) - 4.0).abs() < 1e-12);
        assert!(Rounds::default().ratio(&theirs, times).is_nan());
        assert!(Rounds::default().again() && theirs.again());
        assert!(!Rounds(vec![round(60.0)]).again());
        assert!(!Rounds(vec![Said::Cannot(String::new())]).again());
    }
}
