//! Running: listen, keep up with the ledger, make plans, and end in good order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::app::{App, CannotStart, now};
use crate::config::{LogFormat, Settings};
use crate::plans;
use crate::routes::router;
use crate::weather;

/// How often the ledger is looked at for what others have written.
const LOOK: Duration = Duration::from_secs(2);

/// How long requests that are under way may take after the server was asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Begins to write the log to standard error, as it is set. Has no effect the second time.
pub fn begin_log(settings: &Settings) {
    let level = settings.log.level.parse().unwrap_or(tracing::Level::INFO);
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    // Where somebody has begun one, that one stays.
    let _ = match settings.log.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Text => log.with_ansi(false).with_target(false).try_init(),
    };
}

/// Serves until the process is asked to end (an interrupt, or `SIGTERM`). `listening` hears the address.
///
/// # Errors
///
/// Where it cannot begin.
pub fn serve(settings: Settings, listening: impl FnOnce(SocketAddr)) -> Result<(), CannotStart> {
    let app = App::open(settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let planner = {
        let app = Arc::clone(&app);
        std::thread::Builder::new().name("planner".to_owned()).spawn(move || plans::work(&app))?
    };
    if app.settings.operation.iter().any(|face| face.observed.is_some()) {
        let app = Arc::clone(&app);
        // It ends with the process: it may wait for a service that does not answer.
        std::thread::Builder::new()
            .name("weather".to_owned())
            .spawn(move || weather::keep(&app))?;
    }
    let outcome = runtime.block_on(run(&app, listening));
    app.end();
    app.jobs.wake();
    // Streams and pages that do not end in time are cut off; what was acknowledged is on the disk.
    runtime.shutdown_timeout(Duration::from_secs(2));
    app.traces.flush();
    if planner.join().is_err() {
        tracing::error!("the planner ended before its time");
    }
    outcome
}

async fn run(app: &Arc<App>, listening: impl FnOnce(SocketAddr)) -> Result<(), CannotStart> {
    let address = app.settings.server.listen;
    let listener =
        TcpListener::bind(address).await.map_err(|error| CannotStart::Address(address, error))?;
    let bound = listener.local_addr()?;
    tracing::info!(address = %bound, events = app.head(), "listening");
    listening(bound);
    let keeper = tokio::spawn(keep_up(Arc::clone(app)));
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let (asked, ended) = tokio::sync::oneshot::channel::<()>();
    let shared = Arc::clone(app);
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        asked_to_end().await;
        tracing::info!("asked to end");
        shared.end();
        shared.jobs.wake();
        // Whoever waits for this may have gone.
        let _ = asked.send(());
    });
    let late = async move {
        if ended.await.is_ok() {
            tokio::time::sleep(GRACE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = async { serving.await } => served?,
        () = late => tracing::warn!("some requests did not end in time"),
    }
    keeper.abort();
    tracing::info!("ended");
    Ok(())
}

/// Looks at the ledger now and then, and throws away what has ended.
async fn keep_up(app: Arc<App>) {
    let mut rounds: u32 = 0;
    loop {
        tokio::time::sleep(LOOK).await;
        app.refresh().await;
        rounds = rounds.wrapping_add(1);
        if rounds.is_multiple_of(150)
            && let Ok(swept) = app.desk(|desk| desk.sweep(now().milliseconds())).await
        {
            tracing::debug!(swept, "sessions and tokens that have ended were thrown away");
        }
    }
}

async fn asked_to_end() {
    let interrupt = async {
        // Without this signal the other one is still there.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
