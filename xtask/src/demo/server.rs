//! The server of the demo: an embedded database with the events of the examples, and a login for each role.
//!
//! The server makes and accepts a plan of the winter storm out of its ledger, so that every page has something to show.
//! It serves until it is interrupted. Where `CI` is set, or `RELIGHT_DEMO=end`, it is asked for its pages and ended.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::visitor::Visitor;
use crate::process::{Outcome, execute, say};
use crate::workspace::Workspace;

const FOLDER: &str = "out/demo";

/// Roles, the name of the account of each, and what it is for.
const ROLES: [(&str, &str, &str); 8] = [
    ("recipient_desk", "recipient-desk", "needs, acceptance, receipts"),
    ("grid_engineer", "grid-engineer", "sites, equipment, plans"),
    ("logistics", "logistics", "consignments and stores"),
    ("donor", "donor", "what Northern Grid Reserve has given"),
    ("reviewer", "reviewer", "from statements to claims to pledges"),
    ("second_reviewer", "second-reviewer", "agrees to what one may not do alone"),
    ("auditor", "auditor", "reads all, changes nothing"),
    ("administrator", "administrator", "accounts, and no contents"),
];

/// `Northern Grid Reserve`, as `tools/examples/build_ledgers.py` makes its id.
const DONOR: &str = "Northern Grid Reserve";

/// Rounds of the search for the plan of the demo: a few seconds, and the same plan on every machine.
const ROUNDS: u32 = 50;

/// A server that is ready to be started.
pub struct Demo {
    root: PathBuf,
    address: String,
    passwords: Vec<String>,
    ends: bool,
    has_console: bool,
}

/// Makes the ledger and the accounts anew.
pub fn prepare(workspace: &Workspace, relight: &Path) -> Outcome<Demo> {
    let root = workspace.root.clone();
    let folder = root.join(FOLDER);
    let failed = |what: &str, error: std::io::Error| format!("{FOLDER}: cannot {what}: {error}");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| failed("remove the one before", e))?;
    }
    fs::create_dir_all(&folder).map_err(|e| failed("make it", e))?;
    let ends = Workspace::in_ci() || std::env::var("RELIGHT_DEMO").is_ok_and(|v| v == "end");
    let port = if ends { free_port()? } else { 8080 };
    let address = format!("127.0.0.1:{port}");
    let settings = settings(&address);
    fs::write(folder.join("relight.toml"), settings).map_err(|e| failed("write settings", e))?;
    let weather = "{\"time\":\"2026-01-20T06:00:00Z\",\"celsius\":-12.4,\"source\":\"invented, as the storm is\"}\n";
    fs::write(folder.join("weather.json"), weather).map_err(|e| failed("write the weather", e))?;
    let ledger = format!("{FOLDER}/ledger.db");
    let run =
        |arguments: &[&str]| execute(Command::new(relight).current_dir(&root).args(arguments));
    run(&["ledger", "init", "--quiet", "--ledger", &ledger])?;
    for events in
        ["examples/winter-aid-2022/events.jsonl", "examples/winter-storm/ledger/events.jsonl"]
    {
        run(&["ledger", "append", events, "--ledger", &ledger])?;
    }
    let donor = party(&root)?;
    let mut passwords = Vec::new();
    for (role, name, _) in ROLES {
        let password = password()?;
        let mut command = Command::new(relight);
        command.current_dir(&root).args(["account", "add", name, "--role", role, "--quiet"]);
        command.args(["--config", &format!("{FOLDER}/relight.toml")]);
        if role == "donor" {
            command.args(["--party", &donor]);
        }
        feed(&mut command, &password)?;
        passwords.push(password);
    }
    let has_console = root.join("web/dist/index.html").is_file();
    Ok(Demo { root, address, passwords, ends, has_console })
}

fn settings(address: &str) -> String {
    format!(
        "[server]\nlisten = \"{address}\"\npublic_url = \"http://{address}\"\n\n\
         [store]\nledger = \"{FOLDER}/ledger.db\"\ndesk = \"{FOLDER}/desk.db\"\n\n\
         [plans]\nscenarios = \"examples\"\nfolder = \"{FOLDER}/plans\"\n\n\
         [log]\nformat = \"text\"\nlevel = \"warn\"\n\n\
         [[operation]]\nslug = \"winter-aid-2022\"\ntime_zone = \"Europe/Kyiv\"\n\
         title = {{ en = \"Winter aid 2022\", uk = \"Зимова допомога 2022\", ro = \"Ajutor de iarnă 2022\" }}\n\
         place = {{ en = \"Kyiv\", uk = \"Київ\", ro = \"Kiev\" }}\n\n\
         [[operation]]\nslug = \"winter-storm\"\ntime_zone = \"America/Chicago\"\n\
         weather = \"{FOLDER}/weather.json\"\n\
         title = {{ en = \"Winter storm (invented)\", uk = \"Зимова буря (вигадана)\", ro = \"Furtună de iarnă (inventată)\" }}\n\
         place = {{ en = \"Northport\", uk = \"Нортпорт\", ro = \"Northport\" }}\n"
    )
}

/// The id of the donor's record, looked up in the events.
fn party(root: &Path) -> Outcome<String> {
    let path = root.join("examples/winter-storm/ledger/events.jsonl");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let line =
        text.lines().find(|line| line.contains(&format!("\"party\":{{\"name\":\"{DONOR}\"")));
    let id = line.and_then(|line| line.split("\"record\":{\"record\":\"").nth(1)?.get(..26));
    id.map(str::to_owned).ok_or_else(|| format!("{} names no {DONOR}", path.display()).into())
}

/// The id of the operation that the events of the storm belong to.
fn operation(root: &Path) -> Outcome<String> {
    let path = root.join("examples/winter-storm/ledger/events.jsonl");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let id = text.split("\"operation\":\"").nth(1).and_then(|rest| rest.get(..26));
    id.map(str::to_owned).ok_or_else(|| format!("{} names no operation", path.display()).into())
}

/// Twenty letters of chance: a demo, too, may be reached by others.
fn password() -> Outcome<String> {
    let mut bytes = [0u8; 20];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|e| format!("the system gives no random numbers: {e}"))?;
    // 32 letters, so that each is as likely; without those that look alike.
    let letters = b"abcdefghijkmnpqrstuvwxyz23456789";
    Ok(bytes.iter().map(|byte| char::from(letters[usize::from(byte % 32)])).collect())
}

fn feed(command: &mut Command, line: &str) -> Outcome {
    let mut child = command
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("relight cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{line}").map_err(|error| format!("relight does not listen: {error}"))?;
    }
    let status = child.wait().map_err(|error| format!("relight cannot be awaited: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("an account cannot be made: {status}").into())
    }
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    Ok(listener.map_err(|error| format!("no port is free: {error}"))?.port())
}

impl Demo {
    /// What to open, and who may sign in with what.
    pub fn logins(&self) -> String {
        let mut text = format!("The public pages: http://{}/\n", self.address);
        if self.has_console {
            let _ = writeln!(text, "The console:      http://{}/console/", self.address);
        }
        text.push('\n');
        let _ = writeln!(text, "    {:<16} {:<22} for", "account", "password");
        for ((_, name, what), password) in ROLES.iter().zip(&self.passwords) {
            let _ = writeln!(text, "    {name:<16} {password:<22} {what}");
        }
        text
    }

    /// Has the server make a plan of the storm out of its ledger, with few rounds of search, and accept it.
    pub fn plan(&self, relight: &Path) -> Outcome {
        let begun = Instant::now();
        self.for_a_moment(relight, || {
            self.look("/readyz")?;
            let at = ROLES.iter().position(|(role, ..)| *role == "recipient_desk");
            let (_, name, _) = ROLES[at.unwrap_or_default()];
            let password = &self.passwords[at.unwrap_or_default()];
            let desk = Visitor::sign_in(&self.address, name, password)?;
            let operation = operation(&self.root)?;
            desk.plan("winter-storm", &operation, ROUNDS)
        })?;
        say(&format!("the storm has a plan in the ledger ({} s)", begun.elapsed().as_secs()));
        Ok(())
    }

    /// Serves until it is interrupted; or for a moment, where nobody is there to do so.
    pub fn serve(&self, relight: &Path) -> Outcome {
        let settings = format!("{FOLDER}/relight.toml");
        let mut command = Command::new(relight);
        command.current_dir(&self.root).args(["serve", "--config", &settings]);
        if !self.ends {
            return execute(&mut command);
        }
        let console = self.has_console.then_some("/console/");
        self.for_a_moment(relight, || {
            ["/readyz", "/en/winter-aid-2022/", "/uk/winter-storm/"]
                .into_iter()
                .chain(console)
                .try_for_each(|path| self.look(path))
        })
    }

    /// Serves while something is done, and ends in good order.
    fn for_a_moment(&self, relight: &Path, work: impl FnOnce() -> Outcome) -> Outcome {
        let settings = format!("{FOLDER}/relight.toml");
        let mut command = Command::new(relight);
        command.current_dir(&self.root).args(["serve", "--config", &settings]);
        let mut child =
            command.spawn().map_err(|error| format!("relight cannot be started: {error}"))?;
        let done = work();
        // The standard library knows no signal but the one that kills.
        let asked = execute(Command::new("kill").args(["-TERM", &child.id().to_string()]));
        if asked.is_err() {
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| format!("relight cannot be awaited: {error}"))?;
        done?;
        asked?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the server ended with {status}").into())
        }
    }

    /// Asks for a page until the server is there.
    fn look(&self, path: &str) -> Outcome {
        let begun = Instant::now();
        loop {
            match self.ask(path) {
                Ok(answer) if answer.starts_with("HTTP/1.1 200") => {
                    say(&format!("GET {path}: {} bytes", answer.len()));
                    return Ok(());
                }
                Ok(answer) => {
                    let line = answer.lines().next().unwrap_or_default().to_owned();
                    return Err(format!("GET {path}: {line}").into());
                }
                Err(_) if begun.elapsed() < Duration::from_secs(30) => {
                    std::thread::sleep(Duration::from_millis(200));
                }
                Err(error) => return Err(format!("GET {path}: {error}").into()),
            }
        }
    }

    fn ask(&self, path: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}
