//! A `PostgreSQL` server of one's own: in a temporary folder, on a free port, gone when dropped. For tests, trials and
//! benchmarks; it trusts every connection from this machine.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A server that runs until it is dropped.
pub struct Server {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    durable: bool,
    options: &'static str,
    databases: AtomicU32,
}

/// Servers of this process so far.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Where `PostgreSQL`'s programs lie: the newest version of Debian's folders, or `PG_BIN`. `None` where it is not installed.
pub fn programs() -> Option<PathBuf> {
    if let Some(chosen) = std::env::var_os("PG_BIN") {
        return Some(PathBuf::from(chosen)).filter(|folder| folder.join("initdb").is_file());
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(version, folder)| *version >= 15 && folder.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

impl Server {
    /// Makes a database cluster and starts a server on it. `durable` says whether a commit must be on the disk, as in
    /// earnest; tests of behaviour need not wait for that. `None` where `PostgreSQL` is not installed.
    ///
    /// # Errors
    ///
    /// Where it is installed and does not start.
    pub fn start(durable: bool) -> io::Result<Option<Server>> {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("relight-postgres-{}-{count}", std::process::id());
        Server::start_in(std::env::temp_dir().join(name), durable, "")
    }

    /// The same in that folder, which goes with it, and with further options of the server.
    ///
    /// # Errors
    ///
    /// Where it is installed and does not start.
    pub fn start_in(
        folder: PathBuf,
        durable: bool,
        options: &'static str,
    ) -> io::Result<Option<Server>> {
        let Some(programs) = programs() else { return Ok(None) };
        fs::create_dir_all(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let databases = AtomicU32::new(0);
        let server = Server { folder, programs, port, durable, options, databases };
        if is_root() {
            run(Command::new("chown").arg("postgres:").arg(&server.folder))?;
        }
        let data = server.data();
        run(server
            .program("initdb")
            .args(["--auth=trust", "--no-sync", "--username=postgres"])
            .args(["--encoding=UTF8", "--locale=C", "--pgdata"])
            .arg(&data))?;
        server.up()?;
        Ok(Some(server))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The folder of the server, which goes with it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The address of a new, empty database.
    ///
    /// # Errors
    ///
    /// Where the server does not make one.
    pub fn database(&self) -> io::Result<String> {
        let name = format!("ledger_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        run(self
            .program("createdb")
            .args(["--host=127.0.0.1", "--username=postgres", "--port"])
            .arg(self.port.to_string())
            .arg(&name))?;
        Ok(self.address(&name))
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Starts the server, again where it was killed.
    ///
    /// # Errors
    ///
    /// Where it does not start.
    pub fn up(&self) -> io::Result<()> {
        let mut tried = self.up_once();
        // After a kill the last processes of the old server may still be going away.
        for _ in 0..40 {
            if tried.is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(250));
            tried = self.up_once();
        }
        tried
    }

    /// Tries to start the server.
    ///
    /// # Errors
    ///
    /// Where it runs already, or does not start.
    pub fn up_once(&self) -> io::Result<()> {
        let fsync = if self.durable { "on" } else { "off" };
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync={fsync} \
             -c max_wal_size=2GB -c max_connections=50 {}",
            self.port,
            self.folder.display(),
            self.options
        );
        let mut command = self.program("pg_ctl");
        command.args(["--wait", "--timeout=60", "--silent", "--options"]).arg(&options);
        command.arg("--log").arg(self.folder.join("log"));
        run(command.arg("--pgdata").arg(self.data()).arg("start"))
    }

    /// Kills the server and all its processes as a loss of power would.
    ///
    /// # Errors
    ///
    /// Where there is no such process.
    pub fn kill(&self) -> io::Result<()> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))?;
        let first = file.lines().next().unwrap_or_default().to_owned();
        let children = Command::new("pgrep").args(["-P", &first]).output()?;
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        run(Command::new("kill").arg("-KILL").arg(&first).args(children.split_whitespace()))
    }

    /// A program of `PostgreSQL`, which refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done where this fails: the folder is temporary, and the port is free to others.
        let _ = run(self
            .program("pg_ctl")
            .args(["--mode=immediate", "--silent", "--pgdata"])
            .arg(self.data())
            .arg("stop"));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn run(command: &mut Command) -> io::Result<()> {
    // A server that stays must not hold on to our output: whoever reads it would wait for its end.
    let status =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}
