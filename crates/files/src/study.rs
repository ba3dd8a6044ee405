//! From a study file and all that it names to a study.

use std::path::{Path, PathBuf};

use relight_restore::Scenario;
use relight_restore::scenario::Folder;
use relight_study::Study;
use relight_study::course::Course;
use relight_study::file::{self, HowBad, Named, OrderSpec, Spec, Wrong, ranks};
use relight_study::severity::Severity;

use crate::damage::{Whole, whole};
use crate::failure::{Failure, Problem};
use crate::load;

/// A study, and all that it was made of: enough to make it again elsewhere.
pub struct Loaded {
    /// The study file.
    pub text: Vec<u8>,
    /// The scenario folder without damage.
    pub folder: Folder,
    /// What other files say that the study file names.
    pub named: Named,
    /// What the study file says.
    pub spec: Spec,
    /// The study.
    pub course: Course,
}

/// Reads a study file, its scenario, and the plans and damages that it compares with. All that is wrong is said at once,
/// as far as it can be known.
pub fn read(path: &Path) -> Result<Loaded, Failure> {
    let text = load::file(path)?;
    let spec = file::read(&text).map_err(|wrongs| failure(path, &wrongs))?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    let at = |named: &str| folder.join(named);
    let base = whole(&at(&spec.scenario.value), None, 60, spec.seed)
        .map_err(|failure| within(path, spec.scenario.line, "study.scenario", failure))?;
    let mut found = Failure::default();
    let named = named(path, &spec, &at, &mut found);
    assemble(path, text, base, named, found)
}

/// The study of a study file, of a scenario without damage, and of what other files say that it names. `found` is what is
/// known to be wrong already; `path` is for messages.
pub fn assemble(
    path: &Path,
    text: Vec<u8>,
    base: Whole,
    named: Named,
    mut found: Failure,
) -> Result<Loaded, Failure> {
    let spec = file::read(&text).map_err(|wrongs| failure(path, &wrongs))?;
    let resolved = spec.resolve(&base.scenario, &named);
    if let Err(wrongs) = &resolved {
        found.errors.extend(failure(path, wrongs).errors);
    }
    match resolved {
        Ok((settings, extent)) if found.errors.is_empty() => {
            let study = Study::new(base.scenario, settings)
                .map_err(|e| Failure::about("study", path, e.to_string()))?;
            let course = Course::new(study, extent);
            Ok(Loaded { text, folder: base.folder, named, spec, course })
        }
        _ => Err(found),
    }
}

/// What other files a study file names: recorded damages, and plans of the scenario as it stands.
fn named(path: &Path, spec: &Spec, at: &impl Fn(&str) -> PathBuf, found: &mut Failure) -> Named {
    let mut named = Named::default();
    let take = |failure: Failure, found: &mut Failure| {
        found.errors.extend(failure.errors);
        found.more += failure.more;
    };
    for hazard in &spec.hazards {
        named.like.push(match &hazard.how_bad {
            HowBad::Is(_) => None,
            HowBad::Like(like) => match load::scenario(&at(&like.value)) {
                Ok(loaded) => Some(severity(&loaded.reading.scenario)),
                Err(failure) => {
                    take(within(path, like.line, "hazard.like", failure), found);
                    None
                }
            },
        });
    }
    let mut whole: Option<Result<Scenario, ()>> = None;
    for policy in &spec.policies {
        let OrderSpec::Plan(plan) = &policy.order else {
            named.plans.push(None);
            continue;
        };
        let scenario = whole.get_or_insert_with(|| {
            let loaded = load::scenario(&at(&spec.scenario.value));
            loaded.map(|l| l.reading.scenario).map_err(|failure| {
                take(within(path, spec.scenario.line, "study.scenario", failure), found);
            })
        });
        let Ok(scenario) = scenario else {
            named.plans.push(None);
            continue;
        };
        let folder = at(&plan.value);
        let table = if folder.is_dir() { folder.join("schedule.csv") } else { folder };
        named.plans.push(match load::schedule(&table, scenario) {
            Ok(jobs) => {
                let mut finish = vec![None; scenario.jobs.len()];
                for job in &jobs {
                    finish[job.job] =
                        Some(job.finish.max(job.start + scenario.jobs[job.job].steps));
                }
                Some(ranks(scenario, &finish))
            }
            Err(failure) => {
                take(within(path, plan.line, "policy.plan", failure), found);
                None
            }
        });
    }
    named
}

fn severity(scenario: &Scenario) -> Severity {
    Severity::like(&scenario.damages, |l| scenario.network.is_transformer(l))
}

fn failure(path: &Path, wrongs: &[Wrong]) -> Failure {
    let problem = |w: &Wrong| {
        let file = path.display().to_string();
        Problem {
            line: Some(w.line as u64),
            column: Some(w.key.clone()).filter(|k| !k.is_empty()),
            expected: Some(w.expected.clone()).filter(|e| !e.is_empty()),
            message: w.message.clone(),
            text: format!("{file}:{}: {w}", w.line),
            ..Problem::new("study", Some(path), w.message.clone())
        }
    };
    Failure { errors: wrongs.iter().map(problem).collect(), ..Failure::default() }
}

/// A failure about a file that a key of the study file names: with the place of the key before it.
fn within(path: &Path, line: usize, key: &str, failure: Failure) -> Failure {
    let wrong = Wrong {
        line,
        key: key.to_owned(),
        message: "what this names cannot be used".to_owned(),
        expected: String::new(),
    };
    let mut all = self::failure(path, &[wrong]);
    all.errors.extend(failure.errors);
    Failure { warnings: failure.warnings, more: failure.more, ..all }
}
