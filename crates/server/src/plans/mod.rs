//! Plans made in the background: one after the other, on threads that leave room for pages.
//!
//! A plan that is asked for is a paper on the desk first, and then work: a server that ends, or is killed, finds it there
//! again and begins it anew. What comes of it is a plan folder, as the command line writes it.

pub mod accept;
pub mod api;
pub mod map;
pub mod matches;
pub mod scenario;
pub mod work;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use relight_restore::ask::{Effort, ask};
use relight_restore::planner::{self, CONFIDENCE, Monitor, Settings};
use relight_restore::scenario::OfferStatus;
use relight_store::StoreError;
use relight_store::desk::Desk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::{App, lock};
use crate::weather::{Keeper, Service};

const SPACE: &str = "plan";

/// A plan that was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The scenario folder.
    pub scenario: String,
    /// Who asked.
    pub account: String,
    /// When, milliseconds since 1970.
    pub asked: i64,
    /// Seconds that the search may take.
    pub seconds: u32,
    /// Seed of the search.
    pub seed: u64,
    /// Rounds of the search, in place of its time: then the plan is the same on every machine.
    #[serde(default)]
    pub iterations: Option<u64>,
    /// The operation whose ledger stands in for the offers of the scenario.
    #[serde(default)]
    pub operation: Option<String>,
    /// The step at which offers arrive whose day is not known; without it they are not counted on.
    #[serde(default)]
    pub undated: Option<u32>,
    /// Whether it is asked what to ask for next.
    #[serde(default)]
    pub asks: bool,
    /// The service whose forecast is laid over the temperatures of the scenario.
    #[serde(default)]
    pub weather: Option<Service>,
    /// How it stands.
    pub state: Standing,
    /// Why it failed.
    #[serde(default)]
    pub reason: String,
    /// What it comes to, once it is done.
    #[serde(default)]
    pub result: Option<Outcome>,
}

/// How a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It waits for its turn.
    Waiting,
    /// It is being made.
    Running,
    /// It is there.
    Done,
    /// It was given up because somebody said so.
    Cancelled,
    /// It could not be made.
    Failed,
}

/// What a plan comes to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Weighted people-hours (or megawatt-hours) without supply.
    pub cost: f64,
    /// What no plan can beat, in the same measure.
    pub bound: f64,
    /// Jobs in the plan.
    pub jobs: usize,
}

/// How far a plan has come.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Progress {
    /// What is being done.
    pub doing: String,
    /// How much of it, 0 to 1.
    pub done: f64,
    /// The best cost so far.
    pub best: Option<f64>,
    /// The best bound so far.
    pub bound: Option<f64>,
}

impl Job {
    /// Whether the same was asked for.
    pub fn is_asked_like(&self, other: &Job) -> bool {
        let asked = |job: &Job| {
            let (scenario, operation) = (job.scenario.clone(), job.operation.clone());
            let effort = (job.seconds, job.seed, job.iterations);
            (scenario, operation, effort, job.undated, job.asks, job.weather)
        };
        asked(self) == asked(other)
    }

    /// Whether nothing more comes of it.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, Standing::Done | Standing::Cancelled | Standing::Failed)
    }
}

/// What runs, and what was asked to stop.
#[derive(Default)]
pub struct Jobs {
    /// The scenario that was looked at last.
    pub last: scenario::Last,
    running: Mutex<BTreeMap<String, Arc<Running>>>,
    wake: (Mutex<bool>, Condvar),
}

#[derive(Default)]
struct Running {
    cancelled: AtomicBool,
    progress: Mutex<Progress>,
}

impl Jobs {
    /// How far a plan has come; `None` where it does not run.
    pub fn progress(&self, id: &str) -> Option<Progress> {
        let running = lock(&self.running).get(id).cloned()?;
        let progress = lock(&running.progress).clone();
        Some(progress)
    }

    /// Asks a plan to stop; gives whether it runs.
    pub fn cancel(&self, id: &str) -> bool {
        let running = lock(&self.running).get(id).cloned();
        running.inspect(|running| running.cancelled.store(true, Ordering::Relaxed)).is_some()
    }

    /// There is something to do, or the server ends.
    pub fn wake(&self) {
        *lock(&self.wake.0) = true;
        self.wake.1.notify_all();
    }

    fn rest(&self) {
        let mut woken = lock(&self.wake.0);
        if !*woken {
            let waited = self.wake.1.wait_timeout(woken, Duration::from_secs(5));
            woken = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *woken = false;
    }
}

/// Files a plan that was asked for; gives the one that lies there under this id already.
pub fn file(desk: &mut Desk, job: &Job) -> Result<Option<Job>, StoreError> {
    if desk.replace(SPACE, &job.id, 0, &written(job)?, None)? {
        return Ok(None);
    }
    find(desk, &job.id)
}

/// The plan of that id.
pub fn find(desk: &mut Desk, id: &str) -> Result<Option<Job>, StoreError> {
    desk.get(SPACE, id, i64::MIN)?.map(|paper| read(&paper.body)).transpose()
}

/// Plans, the latest first, at most so many.
pub fn list(desk: &mut Desk, limit: usize) -> Result<Vec<Job>, StoreError> {
    let mut all: Vec<Job> = Vec::new();
    let mut after = String::new();
    loop {
        let page = desk.list(SPACE, &after, 200)?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.key);
        for paper in page {
            all.push(read(&paper.body)?);
        }
    }
    all.sort_by(|a, b| (b.asked, &b.id).cmp(&(a.asked, &a.id)));
    all.truncate(limit);
    Ok(all)
}

fn read(body: &str) -> Result<Job, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::Unreadable(e.to_string()))
}

fn written(job: &Job) -> Result<String, StoreError> {
    serde_json::to_string(job).map_err(|e| StoreError::Unreadable(e.to_string()))
}

/// Changes a plan's paper, whoever else does.
pub fn change(
    desk: &mut Desk,
    id: &str,
    edit: impl Fn(&mut Job),
) -> Result<Option<Job>, StoreError> {
    loop {
        let Some(paper) = desk.get(SPACE, id, i64::MIN)? else { return Ok(None) };
        let mut job = read(&paper.body)?;
        edit(&mut job);
        if desk.replace(SPACE, id, paper.revision, &written(&job)?, None)? {
            return Ok(Some(job));
        }
    }
}

/// The thread that makes plans, until the server ends.
pub fn work(app: &Arc<App>) {
    // What a server before this one had begun is begun anew.
    let resumed = app.with_desk(|desk| {
        for job in list(desk, usize::MAX)? {
            if job.state == Standing::Running {
                change(desk, &job.id, |job| job.state = Standing::Waiting)?;
                tracing::info!(plan = job.id, "a plan that was cut off is begun anew");
            }
        }
        Ok::<(), StoreError>(())
    });
    if let Err(error) = resumed {
        tracing::error!(%error, "the plans cannot be read");
    }
    while !app.is_ending() {
        let next = app.with_desk(|desk| {
            let mut waiting = list(desk, usize::MAX)?;
            waiting.retain(|job| job.state == Standing::Waiting);
            Ok::<_, StoreError>(waiting.pop())
        });
        match next {
            Ok(Some(job)) => make(app, &job),
            Ok(None) => app.jobs.rest(),
            Err(error) => {
                tracing::error!(%error, "the plans cannot be read");
                app.jobs.rest();
            }
        }
    }
}

/// Makes a plan that waits, on this thread.
pub fn make(app: &Arc<App>, job: &Job) {
    let id = job.id.as_str();
    let running = Arc::new(Running::default());
    lock(&app.jobs.running).insert(id.to_owned(), Arc::clone(&running));
    let begun = app.with_desk(|desk| {
        change(desk, id, |job| {
            if job.state == Standing::Waiting {
                job.state = Standing::Running;
            }
        })
    });
    // Somebody may have taken it back while it waited.
    if begun.is_ok_and(|job| job.is_some_and(|job| job.state == Standing::Running)) {
        tracing::info!(plan = id, scenario = job.scenario, "a plan is begun");
        let span = app.traces.request(None);
        let outcome = plan(app, job, &running);
        app.traces.ended(span, "plan", outcome.is_err());
        let cancelled = running.cancelled.load(Ordering::Relaxed);
        let cut_off = app.is_ending() && !cancelled;
        let kept = app.with_desk(|desk| {
            change(desk, id, |job| match &outcome {
                _ if cut_off => job.state = Standing::Waiting,
                _ if cancelled => job.state = Standing::Cancelled,
                Ok(result) => {
                    job.state = Standing::Done;
                    job.result = Some(result.clone());
                }
                Err(reason) => {
                    job.state = Standing::Failed;
                    job.reason.clone_from(reason);
                }
            })
        });
        if let Err(error) = kept {
            tracing::error!(%error, plan = id, "what came of a plan could not be kept");
        }
    }
    lock(&app.jobs.running).remove(id);
}

fn plan(app: &App, job: &Job, running: &Running) -> Result<Outcome, String> {
    let folder = app.settings.plans.scenarios.join(&job.scenario);
    let mut files = scenario::folder(&folder)?;
    if let Some(text) = &job.operation {
        let operation = text.parse().map_err(|_| "there is no such operation")?;
        scenario::take_offers(app, &mut files, operation, job.undated)?;
    }
    if let Some(service) = job.weather {
        let settings = &app.settings.weather;
        let keeper = Keeper::new(&settings.folder, &settings.contact);
        scenario::take_weather(&mut files, &keeper, service, None)?;
    }
    let scenario = scenario::read(&files)?;
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = match app.settings.plans.threads {
        0 => processors.saturating_sub(1).max(1),
        told => told,
    };
    let settings = Settings {
        seed: job.seed,
        iterations: job.iterations,
        threads,
        ac: true,
        least_certain: OfferStatus::Offered,
        confidence: CONFIDENCE,
    };
    let limit = Duration::from_secs(u64::from(job.seconds));
    let counted = job.iterations.is_some();
    let mut watch = Watch { app, running, begun: Instant::now(), limit, counted };
    let mut plan = planner::plan(&scenario, &settings, &mut watch);
    if job.asks && !running.cancelled.load(Ordering::Relaxed) && !app.is_ending() {
        // A time of its own: the limit is that of the plan.
        let mut watch =
            Watch { app, running, begun: Instant::now(), limit: MOST_ASKING, counted: false };
        plan.asks = Some(ask(&scenario, &plan, &settings, &Effort::default(), &mut watch));
    }
    if running.cancelled.load(Ordering::Relaxed) || app.is_ending() {
        return Err("it was given up".to_owned());
    }
    let mut files = relight_report::files(&scenario, &plan);
    for (name, zipped, bytes) in [
        ("map.json", "map.json.gz", json(&map::Map::of(&scenario, &plan))),
        ("work.json", "work.json.gz", json(&work::Work::of(&scenario, &plan))),
        ("asks.json", "asks.json.gz", json(&work::Asks::of(&scenario, &plan))),
    ] {
        files.push((zipped, gzip(&bytes)));
        files.push((name, bytes));
    }
    let target = place(app, &job.id);
    write(&target, &files).map_err(|error| {
        tracing::error!(%error, folder = %target.display(), "a plan cannot be written");
        "the plan could not be written".to_owned()
    })?;
    Ok(Outcome { cost: plan.objective.weighted, bound: plan.bound.weighted, jobs: plan.jobs.len() })
}

/// How long it may take to find out what to ask for next.
const MOST_ASKING: Duration = Duration::from_secs(600);

fn json(value: &impl Serialize) -> Vec<u8> {
    // Text keys and plain values: there is nothing that serialisation could refuse.
    serde_json::to_vec(value).unwrap_or_default()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    // Into memory: there is nothing that could fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Where the files of a plan lie.
pub fn place(app: &App, id: &str) -> PathBuf {
    app.settings.plans.folder.join(id)
}

/// Into a folder beside, and then in one move: a plan folder is whole or not there.
fn write(target: &Path, files: &[(&'static str, Vec<u8>)]) -> std::io::Result<()> {
    let beside = target.with_extension("part");
    if beside.exists() {
        fs::remove_dir_all(&beside)?;
    }
    fs::create_dir_all(&beside)?;
    for (name, bytes) in files {
        fs::write(beside.join(name), bytes)?;
    }
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::rename(&beside, target)
}

struct Watch<'a> {
    app: &'a App,
    running: &'a Running,
    begun: Instant,
    limit: Duration,
    /// Whether the search counts its rounds: then its time ends it, and does not pace it.
    counted: bool,
}

impl Monitor for Watch<'_> {
    fn progress(&mut self, doing: &str, done: f64) {
        let mut progress = lock(&self.running.progress);
        doing.clone_into(&mut progress.doing);
        progress.done = done.clamp(0.0, 1.0);
    }

    fn searching(&mut self, best: f64, bound: f64, done: f64) {
        let mut progress = lock(&self.running.progress);
        "looking for better plans".clone_into(&mut progress.doing);
        progress.done = done.clamp(0.0, 1.0);
        progress.best = Some(best).filter(|b| b.is_finite());
        progress.bound = Some(bound).filter(|b| b.is_finite());
    }

    fn spent(&mut self) -> Option<f64> {
        let limit = self.limit.as_secs_f64().max(f64::MIN_POSITIVE);
        (!self.counted).then(|| self.begun.elapsed().as_secs_f64() / limit)
    }

    fn go_on(&mut self) -> bool {
        let stopped = self.running.cancelled.load(Ordering::Relaxed) || self.app.is_ending();
        !stopped && self.begun.elapsed() < self.limit
    }
}
