//! What a fresh machine lacks: found by looking, installed with apt, never asked for twice.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{Outcome, execute, say, succeeds};
use crate::workspace::Workspace;
use crate::{highs, oracle, python};

/// A thing that must be there, how to see it, and the Debian packages that bring it.
struct Need {
    what: &'static str,
    why: &'static str,
    /// The first of these that apt knows is installed.
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

const CMAKE: Need = Need {
    what: "cmake",
    why: "configures the build of HiGHS, the LP solver",
    packages: &["cmake"],
    is_there: || answers("cmake", "--version"),
};
const NINJA: Need = Need {
    what: "ninja",
    why: "runs that build",
    packages: &["ninja-build"],
    is_there: || answers("ninja", "--version"),
};
const COMPILER: Need = Need {
    what: "a C++ compiler",
    why: "HiGHS is written in C++",
    packages: &["g++"],
    is_there: || answers("c++", "--version"),
};
const PKG_CONFIG: Need = Need {
    what: "pkg-config",
    why: "lets cargo find the HiGHS that is already built",
    packages: &["pkg-config"],
    is_there: || answers("pkg-config", "--version"),
};
const LIBCLANG: Need = Need {
    what: "libclang",
    why: "reads the C header of HiGHS when its Rust declarations are made",
    packages: &["libclang-dev", "libclang-14-dev"],
    is_there: has_libclang,
};
const PYTHON: Need = Need {
    what: "Python 3 with venv",
    why: "runs an independent LP that the tests compare with, and the tests of the Python package",
    packages: &["python3-venv"],
    is_there: || succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
};
const POSTGRES: Need = Need {
    what: "PostgreSQL 15 or later",
    why: "the tests of the ledger start a server of their own",
    packages: &["postgresql"],
    is_there: has_postgres,
};
const CHROMIUM: Need = Need {
    what: "Chromium",
    why: "opens the report as a reader would",
    packages: &["chromium"],
    is_there: || answers("chromium", "--version"),
};
const JAVA: Need = Need {
    what: "Java",
    why: "Spark, on which the soak runs studies, is written for it",
    packages: &["default-jre-headless"],
    is_there: || answers("java", "-version"),
};

const BUILD: [Need; 5] = [CMAKE, NINJA, COMPILER, PKG_CONFIG, LIBCLANG];

/// All that `relight` needs to be built.
pub fn for_build(workspace: &Workspace) -> Outcome {
    install_missing(&BUILD)?;
    highs::ensure(workspace)
}

/// All that the tests need: the build, and the Python of the independent checks and a database server if they can be had.
pub fn for_tests(workspace: &Workspace) -> Outcome {
    for_build(workspace)?;
    if let Err(failure) = install_missing(&[PYTHON]) {
        say(&format!("going on without Python: {failure}"));
    }
    if let Err(failure) = for_postgres() {
        say(&format!("going on without PostgreSQL: {failure}"));
    }
    oracle::ensure(workspace);
    python::ensure(workspace);
    say("set-up is complete");
    Ok(())
}

/// The programs of a `PostgreSQL` server. None is started: tests and benchmarks start their own.
pub fn for_postgres() -> Outcome {
    install_missing(&[POSTGRES])
}

/// What Spark runs on.
pub fn for_spark() -> Outcome {
    install_missing(&[JAVA])
}

/// A browser, for looking at the report as a picture.
pub fn for_browser() -> Outcome {
    install_missing(&[CHROMIUM])
}

fn install_missing(needs: &[Need]) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for need in &missing {
        say(&format!("missing: {} ({})", need.what, need.why));
    }
    if !answers("apt-get", "--version") {
        let names: Vec<_> = missing.iter().map(|need| need.what).collect();
        return Err(format!(
            "this machine has no apt; install {} in its own way and run this again",
            names.join(", ")
        )
        .into());
    }
    let root = is_root();
    if !root && !answers("sudo", "--version") {
        let packages: Vec<_> = missing.iter().map(|need| need.packages[0]).collect();
        return Err(format!(
            "installing packages needs root, and there is no sudo; as root, run\n\n    \
             apt-get update && apt-get install -y --no-install-recommends {}\n\nand then this again",
            packages.join(" ")
        )
        .into());
    }
    if !root {
        say("installing packages needs root: sudo may ask for your password");
    }
    say("apt-get update");
    execute(apt(root).arg("update"))?;
    let packages: Vec<&str> = missing.iter().map(|need| known_package(need)).collect();
    say(&format!("apt-get install {}", packages.join(" ")));
    execute(apt(root).args(["install", "-y", "--no-install-recommends"]).args(&packages))?;
    match missing.iter().find(|need| !(need.is_there)()) {
        None => Ok(()),
        Some(need) => Err(format!(
            "apt installed {}, but {} is still not found",
            known_package(need),
            need.what
        )
        .into()),
    }
}

/// `apt-get` as root, without questions.
fn apt(root: bool) -> Command {
    let mut command = if root {
        Command::new("env")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}

fn known_package(need: &Need) -> &'static str {
    let known = need
        .packages
        .iter()
        .find(|name| succeeds(Command::new("apt-cache").args(["show", "--no-all-versions", name])));
    known.unwrap_or(&need.packages[0])
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn answers(program: &str, argument: &str) -> bool {
    succeeds(Command::new(program).arg(argument))
}

/// The folders of Debian, where each version has its own, or `PG_BIN`.
fn has_postgres() -> bool {
    if let Some(folder) = std::env::var_os("PG_BIN") {
        return Path::new(&folder).join("initdb").is_file();
    }
    entries("/usr/lib/postgresql", "").any(|version| {
        let number =
            version.file_name().and_then(OsStr::to_str).and_then(|n| n.parse::<u32>().ok());
        number.is_some_and(|n| n >= 15) && version.join("bin/initdb").is_file()
    })
}

/// libclang and clang's own headers, which Debian packs apart: without `stddef.h` it can be loaded
/// and still reads nothing. Where `LIBCLANG_PATH` is set, its owner has chosen.
fn has_libclang() -> bool {
    if std::env::var_os("LIBCLANG_PATH").is_some() {
        return true;
    }
    let llvms: Vec<_> = entries("/usr/lib", "llvm").collect();
    let libraries = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"]
        .into_iter()
        .map(Into::into)
        .chain(["/usr/lib".into(), "/usr/local/lib".into()])
        .chain(llvms.iter().map(|llvm| llvm.join("lib")));
    let resources = llvms.iter().map(|llvm| llvm.join("lib/clang"));
    let resources = resources.chain(["/usr/lib/clang".into(), "/usr/lib64/clang".into()]);
    let mut headers = resources.flat_map(|folder| entries(folder, ""));
    libraries.into_iter().any(|folder| {
        entries(folder, "libclang").any(|path| {
            let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            // Not libclang-cpp.so, the C++ interface, which bindgen cannot use.
            name.contains(".so") && !name.starts_with("libclang-cpp")
        })
    }) && headers.any(|version| version.join("include/stddef.h").is_file())
}

/// What is in a folder under a name with this beginning; nothing if the folder cannot be read.
fn entries(folder: impl AsRef<Path>, prefix: &str) -> impl Iterator<Item = std::path::PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter(move |entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path())
}
