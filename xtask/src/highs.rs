//! `HiGHS`, the LP and MILP solver, built once and linked statically.
//!
//! The crate `highs-sys` brings the C++ source and would compile it anew in each cargo profile and
//! each clean checkout: about four minutes of processor time each. It asks pkg-config first, so we
//! build that same source once, put it into the cache folder, and point pkg-config there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Outcome, execute, read, say, succeeds};
use crate::workspace::{Workspace, json_strings};

/// The options of the bundled build of `highs-sys`, and a library that any linker call finds.
const OPTIONS: [&str; 9] = [
    "-DCMAKE_BUILD_TYPE=Release",
    "-DCMAKE_INSTALL_LIBDIR=lib",
    "-DFAST_BUILD=ON",
    "-DBUILD_SHARED_LIBS=OFF",
    "-DZLIB=OFF",
    "-DBUILD_CXX_EXE=OFF",
    "-DBUILD_EXAMPLES=OFF",
    "-DBUILD_TESTING=OFF",
    "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
];

/// The folder of the `HiGHS` that fits `Cargo.lock`, if it is built.
pub fn find(workspace: &Workspace) -> Outcome<Option<PathBuf>> {
    let Some(version) = locked_version(workspace)? else { return Ok(None) };
    let folder = folder(workspace, &version);
    Ok(is_complete(&folder).then_some(folder))
}

/// Builds `HiGHS` unless it is there.
pub fn ensure(workspace: &Workspace) -> Outcome {
    let Some(version) = locked_version(workspace)? else { return Ok(()) };
    let destination = folder(workspace, &version);
    if is_complete(&destination) {
        return Ok(());
    }
    say("fetching the sources of the Rust dependencies (cargo fetch)");
    execute(workspace.plain_cargo().arg("fetch"))?;
    let source = source(workspace, &version)?;
    say(&format!(
        "building HiGHS {version}, the LP solver, from the source in highs-sys: about 2 minutes on \
         two cores, once; kept in {}",
        destination.display()
    ));
    build(workspace, &version, &source, &destination)?;
    say("HiGHS is built");
    Ok(())
}

/// The version of `highs-sys` in `Cargo.lock`, which is that of the `HiGHS` within; none if no
/// crate uses it.
fn locked_version(workspace: &Workspace) -> Outcome<Option<String>> {
    let path = workspace.root.join("Cargo.lock");
    let lock = fs::read_to_string(&path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    Ok(version_in(&lock, "highs-sys"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"').map(str::to_owned)
}

fn folder(workspace: &Workspace, version: &str) -> PathBuf {
    workspace.cache.join(format!("highs-{version}"))
}

fn is_complete(folder: &Path) -> bool {
    folder.join("lib/pkgconfig/highs.pc").is_file() && folder.join("lib/libhighs.a").is_file()
}

/// The C++ source beside the manifest of `highs-sys`, wherever cargo keeps it.
fn source(workspace: &Workspace, version: &str) -> Outcome<PathBuf> {
    let metadata =
        read(workspace.plain_cargo().args(["metadata", "--format-version", "1", "--offline"]))?;
    let crate_folder = format!("highs-sys-{version}");
    json_strings(&metadata, "manifest_path")
        .filter_map(|manifest| Path::new(manifest).parent())
        .find(|folder| folder.ends_with(&crate_folder))
        .map(|folder| folder.join("HiGHS"))
        .filter(|source| source.join("CMakeLists.txt").is_file())
        .ok_or_else(|| format!("cargo metadata shows no source of {crate_folder}").into())
}

/// Builds beside the destination and renames at the end, so that an interrupted build leaves
/// nothing that looks complete.
fn build(workspace: &Workspace, version: &str, source: &Path, destination: &Path) -> Outcome {
    let broken = |what: &str, error: std::io::Error| format!("{what}: {error}");
    clear_abandoned(&workspace.cache);
    let partial = workspace.cache.join(format!("highs-{version}.partial-{}", std::process::id()));
    let (objects, install) = (partial.join("build"), partial.join("install"));
    fs::create_dir_all(&objects)
        .map_err(|error| broken(&format!("{} cannot be made", objects.display()), error))?;

    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(source).arg("-B").arg(&objects).args(OPTIONS);
    configure.arg(format!("-DCMAKE_INSTALL_PREFIX={}", install.display()));
    if succeeds(Command::new("ninja").arg("--version")) {
        configure.args(["-G", "Ninja"]);
    }
    execute(&mut configure)?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    execute(Command::new("cmake").arg("--build").arg(&objects).args(["--parallel", &jobs]))?;
    // The list of installed files is long and says nothing to the reader.
    read(Command::new("cmake").arg("--install").arg(&objects))?;

    let description = install.join("lib/pkgconfig/highs.pc");
    if let Some(folder) = description.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| broken(&format!("{} cannot be made", folder.display()), error))?;
    }
    fs::write(&description, pkg_config(version))
        .map_err(|error| broken(&format!("{} cannot be written", description.display()), error))?;
    // A second build at the same time may have been quicker: then its result is as good as ours.
    if let Err(error) = fs::rename(&install, destination)
        && !is_complete(destination)
    {
        let what = format!("{} cannot be put into place", destination.display());
        return Err(broken(&what, error).into());
    }
    fs::remove_dir_all(&partial)
        .map_err(|error| broken(&format!("{} cannot be removed", partial.display()), error))?;
    Ok(())
}

/// Removes what interrupted builds left, but not the folder of a build that still runs.
fn clear_abandoned(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some((_, process)) = name.to_str().and_then(|name| name.split_once(".partial-")) else {
            continue;
        };
        // Without /proc one cannot tell, and a folder too many does less harm than one too few.
        if Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Our own description for pkg-config: the one that `HiGHS` installs leaves out the C++ runtime,
/// and names the folder of the build.
fn pkg_config(version: &str) -> String {
    let runtime = if cfg!(target_os = "macos") { "-lc++" } else { "-lstdc++" };
    format!(
        "prefix=${{pcfiledir}}/../..\n\
         libdir=${{prefix}}/lib\n\
         includedir=${{prefix}}/include/highs\n\
         \n\
         Name: HiGHS\n\
         Description: linear and mixed-integer optimisation\n\
         URL: https://highs.dev\n\
         Version: {version}\n\
         Libs: -L${{libdir}} -lhighs {runtime}\n\
         Cflags: -I${{includedir}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn reads_the_locked_version_of_that_package_alone() {
        let lock = "[[package]]\nname = \"highs\"\nversion = \"2.4.0\"\n\n\
                    [[package]]\nname = \"highs-sys\"\nversion = \"1.15.0\"\nsource = \"x\"\n";
        assert_eq!(version_in(lock, "highs-sys").as_deref(), Some("1.15.0"));
        assert_eq!(version_in(lock, "highs").as_deref(), Some("2.4.0"));
        assert_eq!(version_in(lock, "sys"), None);
    }
}
