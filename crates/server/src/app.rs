//! What all requests share: settings, the ledger's readers and its one writer, the desk, the shelf, and what is counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use relight_ledger::date::{Day, Moment};
use relight_ledger::event::Proposal;
use relight_ledger::id::Id;
use relight_ledger::model::{Kind, Operation};
use relight_store::desk::Desk;
use relight_store::{Appended, Rejected, Store, StoreError, Writer};
use tokio::sync::watch;

use crate::accounts::limit::Limits;
use crate::accounts::provider::Provider;
use crate::config::{Face, Settings};
use crate::metrics::Metrics;
use crate::pages::cache::Cache;
use crate::plans::Jobs;
use crate::policy::public::{Records as _, Snapshot, snapshot};
use crate::problem::Problem;
use crate::shelf::Shelf;
use crate::traces::Traces;
use crate::words::{BadCatalogue, Tongue, Words};

/// What all requests share.
pub struct App {
    /// What the server was told.
    pub settings: Settings,
    /// What is counted.
    pub metrics: Metrics,
    /// How often somebody may try.
    pub limits: Limits,
    /// Pages as they were sent last.
    pub cache: Cache,
    /// Plans that are being made.
    pub jobs: Jobs,
    /// The way to a collector of traces, where the settings name one.
    pub traces: Traces,
    /// Who signs people in beside us, where the settings name one.
    pub provider: Option<Provider>,
    words: [Words; 3],
    readers: Pool,
    writer: Writer,
    desk: Mutex<Desk>,
    shelf: RwLock<Shelf>,
    snapshots: Mutex<BTreeMap<String, Taken>>,
    head: watch::Sender<u64>,
    ending: AtomicBool,
}

/// A snapshot, and of which head of the ledger and which day it is.
type Taken = (u64, Day, Arc<Snapshot>);

/// Why a server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    /// The ledger or the desk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The words.
    #[error(transparent)]
    Words(#[from] BadCatalogue),
    /// The address.
    #[error("cannot listen at {0}: {1}")]
    Address(std::net::SocketAddr, std::io::Error),
    /// The system.
    #[error("the system does not let the server run: {0}")]
    System(#[from] std::io::Error),
    /// Randomness.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
}

impl App {
    /// Opens all that is needed, and reads the ledger.
    ///
    /// # Errors
    ///
    /// Where something cannot be opened.
    pub fn open(settings: Settings) -> Result<Arc<App>, CannotStart> {
        let ledger = &settings.store.ledger;
        let mut shelf = Shelf::default();
        let mut first = Store::open(ledger)?;
        shelf.refresh(&mut first, published_until(&settings))?;
        let words = [
            Words::new(Tongue::English)?,
            Words::new(Tongue::Ukrainian)?,
            Words::new(Tongue::Romanian)?,
        ];
        let readers = Pool::new(ledger, settings.store.readers, first);
        let writer = Writer::open(ledger)?;
        let desk = Desk::open(&settings.store.desk)?;
        let (head, _) = watch::channel(shelf.seq());
        Ok(Arc::new(App {
            metrics: Metrics::default(),
            limits: Limits::default(),
            cache: Cache::default(),
            jobs: Jobs::default(),
            traces: Traces::to(&settings.traces.endpoint)?,
            provider: Provider::of(&settings.oidc, &settings.server.public_url),
            words,
            readers,
            writer,
            desk: Mutex::new(desk),
            shelf: RwLock::new(shelf),
            snapshots: Mutex::default(),
            head,
            ending: AtomicBool::new(false),
            settings,
        }))
    }

    /// The catalogue of a language.
    pub fn words(&self, tongue: Tongue) -> &Words {
        let at = Tongue::ALL.iter().position(|t| *t == tongue).unwrap_or_default();
        &self.words[at]
    }

    /// The pages of that name.
    pub fn face(&self, slug: &str) -> Option<&Face> {
        self.settings.operation.iter().find(|face| face.slug == slug)
    }

    /// Reads the ledger, on a thread that may wait.
    ///
    /// # Errors
    ///
    /// Where the store fails: a problem without its inner words, which are in the log.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, span) = (Arc::clone(self), self.traces.within());
        let outcome = blocking(move || app.readers.with(work)).await?;
        self.traces.ended(span, "ledger read", outcome.is_err());
        outcome.map_err(|error| store_problem(&error))
    }

    /// Reads and writes the desk, on a thread that may wait.
    ///
    /// # Errors
    ///
    /// As [`App::read`].
    pub async fn desk<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Desk) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (app, span) = (Arc::clone(self), self.traces.within());
        let outcome = blocking(move || app.with_desk(work)).await?;
        self.traces.ended(span, "desk", outcome.is_err());
        outcome.map_err(|error| store_problem(&error))
    }

    /// The desk, for threads that may wait.
    pub fn with_desk<T>(&self, work: impl FnOnce(&mut Desk) -> T) -> T {
        work(&mut lock(&self.desk))
    }

    /// Adds to the ledger, and waits until it is on the disk.
    ///
    /// # Errors
    ///
    /// Where the store fails. The inner error is a refusal.
    pub async fn append(
        self: &Arc<Self>,
        events: Vec<Proposal>,
    ) -> Result<Result<Appended, Rejected>, Problem> {
        let (app, span) = (Arc::clone(self), self.traces.within());
        let submitted = blocking(move || app.writer.submit(&events)).await?;
        self.traces.ended(span, "ledger append", submitted.is_err());
        let answer = submitted.map_err(|error| store_problem(&error))?;
        if answer.is_ok() {
            self.refresh().await;
        }
        Ok(answer)
    }

    /// Brings the shelf up to date with the ledger.
    pub async fn refresh(self: &Arc<Self>) {
        let app = Arc::clone(self);
        // A store that fails is told by whoever asks it next; the shelf stays as it is.
        let _ = blocking(move || app.refresh_now()).await;
    }

    /// The same on this thread.
    pub fn refresh_now(&self) {
        let until = published_until(&self.settings);
        let outcome = self.readers.with(|store| {
            let head = store.head()?;
            let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
            shelf.refresh(store, until)?;
            Ok(head.seq)
        });
        match outcome {
            Ok(seq) => {
                self.metrics.ledger(seq, true);
                self.head.send_if_modified(|known| std::mem::replace(known, seq) != seq);
            }
            Err(error) => {
                self.metrics.ledger(*self.head.borrow(), false);
                tracing::error!(%error, "the ledger cannot be read");
            }
        }
    }

    /// The records in memory.
    pub fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is such an operation.
    pub fn has_operation(&self, id: Id<Operation>) -> bool {
        self.shelf().get(id.any()).is_some_and(|record| record.kind() == Kind::Operation)
    }

    /// Hears of every new head of the ledger.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// The number of the last event.
    pub fn head(&self) -> u64 {
        *self.head.borrow()
    }

    /// What everybody may see of an operation: made again when the ledger or the day has changed.
    pub fn snapshot(&self, face: &Face) -> Option<Arc<Snapshot>> {
        let public = &self.settings.public;
        let today = now().day()?;
        let as_of = today.plus_days(-i64::from(public.delay_days))?;
        let shelf = self.shelf();
        let known = lock(&self.snapshots).get(&face.slug).cloned();
        if let Some((seq, day, snapshot)) = known
            && seq == shelf.seq()
            && day == as_of
        {
            return Some(snapshot);
        }
        let made = snapshot(&*shelf, face.operation(), shelf.published(), as_of, public)?;
        let made = Arc::new(made);
        let entry = (shelf.seq(), as_of, Arc::clone(&made));
        lock(&self.snapshots).insert(face.slug.clone(), entry);
        Some(made)
    }

    /// Whether the server has been asked to end.
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    /// From now on it is not ready for new work.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
        // Whoever follows the head is woken, and sees that it ends.
        self.head.send_modify(|_| {});
    }
}

/// Publications later than this moment do not count yet.
fn published_until(settings: &Settings) -> i64 {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    // Whole days, so that what is published becomes public at one time of the day and not at any.
    let today = now().milliseconds().div_euclid(DAY) * DAY + DAY;
    today - i64::from(settings.public.delay_days) * DAY
}

/// Now, to the millisecond.
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Today, in UTC.
///
/// # Errors
///
/// Where the clock of the system is out of all bounds.
pub fn today() -> Result<Day, Problem> {
    now().day().ok_or_else(|| Problem::internal("the clock of the system is wrong"))
}

/// Sixteen-byte pieces of chance and the like.
///
/// # Errors
///
/// Where the system has none.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|_| Problem::internal("the system gives no random numbers"))?;
    Ok(bytes)
}

/// Work that may wait, off the threads that serve.
///
/// # Errors
///
/// Where the work panicked.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work ended before its time");
        Problem::internal("the work ended before its time")
    })
}

/// Locks; a panic of another thread has been told where it happened.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn store_problem(error: &StoreError) -> Problem {
    tracing::error!(%error, "the store failed");
    match error {
        StoreError::Full => Problem::unavailable("there is no room left: nothing was kept"),
        StoreError::Busy => Problem::unavailable("somebody else is writing: try again"),
        _ => Problem::unavailable("what is kept cannot be reached: try again later"),
    }
}

/// Open stores for reading, lent one at a time.
struct Pool {
    place: String,
    idle: Mutex<Idle>,
    freed: Condvar,
}

struct Idle {
    stores: Vec<Store>,
    /// How many more may be opened.
    more: usize,
}

/// How long a reader waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

impl Pool {
    fn new(place: &str, size: usize, first: Store) -> Pool {
        let idle = Idle { stores: vec![first], more: size.saturating_sub(1) };
        Pool { place: place.to_owned(), idle: Mutex::new(idle), freed: Condvar::new() }
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut store = self.take()?;
        let outcome = work(&mut store);
        let mut idle = lock(&self.idle);
        if matches!(outcome, Err(StoreError::Lost(_))) {
            idle.more += 1;
        } else {
            idle.stores.push(store);
        }
        drop(idle);
        self.freed.notify_one();
        outcome
    }

    fn take(&self) -> Result<Store, StoreError> {
        let mut idle = lock(&self.idle);
        loop {
            if let Some(store) = idle.stores.pop() {
                return Ok(store);
            }
            if idle.more > 0 {
                idle.more -= 1;
                drop(idle);
                return Store::open(&self.place).inspect_err(|_| {
                    lock(&self.idle).more += 1;
                });
            }
            let waited = self.freed.wait_timeout(idle, PATIENCE);
            let (back, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() {
                return Err(StoreError::Busy);
            }
            idle = back;
        }
    }
}
