//! Where things are: the checkout, the cache folder outside it, and cargo with the right settings.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::highs;
use crate::process::{Outcome, read};

/// The checkout and the cache.
#[derive(Debug)]
pub struct Workspace {
    /// The root of the checkout.
    pub root: PathBuf,
    /// Where built tools are kept between checkouts: `RELIGHT_CACHE`, else `relight` in the
    /// user's cache folder.
    pub cache: PathBuf,
}

impl Workspace {
    /// Finds both folders; neither needs to be prepared.
    pub fn locate() -> Outcome<Self> {
        // Cargo sets this when it runs us. The path that was compiled in is for a direct call.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().ok_or("the checkout has no root folder")?.to_path_buf();
        let cache = match env::var_os("RELIGHT_CACHE").filter(|value| !value.is_empty()) {
            Some(folder) => root.join(folder),
            None => user_cache()?.join("relight"),
        };
        Ok(Self { root, cache })
    }

    /// Cargo in the root of the checkout, linking the `HiGHS` in the cache if it is there.
    pub fn cargo(&self) -> Outcome<Command> {
        let mut command = self.plain_cargo();
        if let Some(built) = highs::find(self)? {
            command.envs(self.highs_environment(&built));
        }
        Ok(command)
    }

    /// Cargo in the root of the checkout, with the environment as it is.
    pub fn plain_cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        command
    }

    /// Where cargo puts what it builds, as the environment or its settings say.
    pub fn target(&self) -> Outcome<PathBuf> {
        let metadata = read(self.plain_cargo().args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ]))?;
        json_strings(&metadata, "target_directory")
            .next()
            .map(PathBuf::from)
            .ok_or_else(|| "cargo metadata names no target_directory".into())
    }

    /// Whether this run is for continuous integration: then nothing may be skipped quietly.
    pub fn in_ci() -> bool {
        env::var("CI").is_ok_and(|value| value == "true" || value == "1")
    }

    /// Prints the settings of [`Workspace::cargo`] as lines for a POSIX shell.
    pub fn print_environment(&self) -> Outcome {
        let built = highs::find(self)?.ok_or("HiGHS is not built yet: run `make setup` first")?;
        for (name, value) in self.highs_environment(&built) {
            let value = value.to_string_lossy().replace('\'', r"'\''");
            println!("export {name}='{value}'");
        }
        Ok(())
    }

    /// `highs-sys` asks pkg-config before it builds the C++ source; these let it find ours first.
    #[expect(clippy::unused_self, reason = "a setting of this workspace, and read as one")]
    fn highs_environment(&self, built: &Path) -> [(&'static str, OsString); 2] {
        let ours = built.join("lib").join("pkgconfig");
        let others = env::var_os("PKG_CONFIG_PATH").unwrap_or_default();
        let folders = std::iter::once(ours.clone())
            .chain(env::split_paths(&others).filter(|other| *other != ours))
            .filter(|folder| !folder.as_os_str().is_empty());
        let path = env::join_paths(folders).unwrap_or_else(|_| ours.into());
        [("PKG_CONFIG_PATH", path), ("HIGHS_STATIC", "1".into())]
    }
}

fn user_cache() -> Outcome<PathBuf> {
    // The XDG specification asks that a relative path be ignored.
    if let Some(folder) = env::var_os("XDG_CACHE_HOME").map(PathBuf::from)
        && folder.is_absolute()
    {
        return Ok(folder);
    }
    env::home_dir()
        .map(|home| home.join(".cache"))
        .ok_or_else(|| "no home folder: set RELIGHT_CACHE to a folder for built tools".into())
}

/// The values of a string member in JSON that cargo wrote, in order.
///
/// A scan in place of a parser keeps this crate free of dependencies. Cargo writes members without
/// white space, and paths on the systems that we build on need no escape but that of `"` and `\`;
/// a path with one of those is cut short, and then not found, which the caller reports.
pub fn json_strings<'a>(json: &'a str, member: &str) -> impl Iterator<Item = &'a str> {
    let marker = format!("\"{member}\":\"");
    let mut rest = json;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&marker)?;
        let (value, tail) = after.split_once('"')?;
        rest = tail;
        Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::json_strings;

    #[test]
    fn finds_each_member_of_that_name() {
        let json = r#"{"a":[{"manifest_path":"/x/Cargo.toml","b":1},{"manifest_path":"/y/Cargo.toml"}],"c":"d"}"#;
        let found: Vec<_> = json_strings(json, "manifest_path").collect();
        assert_eq!(found, ["/x/Cargo.toml", "/y/Cargo.toml"]);
        assert_eq!(json_strings(json, "target_directory").next(), None);
    }
}
