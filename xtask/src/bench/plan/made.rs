//! The instances that are made: cases of PGLib-OPF from the registry of Python packages, and a seeded disaster.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Instance, LONG, Target};
use crate::bench::restoration::{numbers, text};
use crate::oracle;
use crate::process::{Outcome, execute, read, say};
use crate::workspace::Workspace;

/// A case and what becomes of it.
struct Recipe {
    name: &'static str,
    case: &'static str,
    target: Target,
    /// For `tools/instances/make_instance.py`; what is not told is its default.
    options: &'static [&'static str],
}

const RECIPES: [Recipe; 2] = [
    Recipe {
        name: "case2869-500",
        case: "pglib_opf_case2869_pegase.m",
        target: Target::Large,
        options: &["--damaged", "500", "--hertz", "50"],
    },
    Recipe {
        name: "case10000-1000",
        case: "pglib_opf_case10000_goc.m",
        target: Target::Huge,
        options: &[
            "--damaged",
            "1000",
            "--offers",
            "300",
            "--teams",
            "40",
            "--regions",
            "8",
            "--hertz",
            "60",
        ],
    },
];

/// The program that runs greedy to its end.
const GREEDY: &str = "one_step_greedy";

/// The instances with that seed; their folders need not be there yet.
pub fn instances(target: &Path, seed: u64) -> Vec<Instance> {
    RECIPES
        .into_iter()
        .map(|recipe| {
            let name = format!("{}-{seed}", recipe.name);
            let folder = target.join("bench/instances").join(&name);
            Instance { name, folder, seconds: LONG, ac: false, target: recipe.target, greedy: None }
        })
        .collect()
}

/// Makes the folder of an instance: always anew, so that it is that of the generator as it stands.
pub fn ensure(workspace: &Workspace, instance: &Instance, seed: u64) -> Outcome {
    let recipe = RECIPES
        .into_iter()
        .find(|recipe| instance.name.starts_with(recipe.name))
        .ok_or_else(|| format!("there is no recipe for {}", instance.name))?;
    let case = case(workspace, recipe.case)?;
    let script = workspace.root.join("tools/instances/make_instance.py");
    execute(
        Command::new(python(workspace)?)
            .arg(script)
            .arg(case)
            .arg("--out")
            .arg(&instance.folder)
            .args(["--seed", &seed.to_string()])
            .args(recipe.options),
    )
}

/// The case in the cache, fetched where it is missing.
fn case(workspace: &Workspace, name: &str) -> Outcome<PathBuf> {
    let folder = workspace.cache.join("pglib");
    let case = folder.join(name);
    if !case.is_file() {
        say(&format!("fetching {name} (PGLib-OPF, CC BY 4.0)"));
        let script = workspace.root.join("tools/instances/fetch_cases.py");
        execute(Command::new(python(workspace)?).arg(script).arg(&folder).arg(name))?;
    }
    Ok(case)
}

fn python(workspace: &Workspace) -> Outcome<std::ffi::OsString> {
    Ok(oracle::python(workspace).ok_or("no Python with pip: the instances cannot be made")?)
}

/// What greedy costs when it is run to its end on a folder; `None` where it has not been computed.
pub fn reference(workspace: &Workspace, relight: &Path, folder: &Path) -> Outcome<Option<f64>> {
    let file = reference_file(workspace, relight, folder)?;
    if !file.is_file() {
        return Ok(None);
    }
    let value = numbers(&text(&file)?, "greedy").next();
    Ok(Some(value.ok_or_else(|| format!("{} has no number `greedy`", file.display()))?))
}

/// Runs greedy to its end on a folder, without a time limit, and keeps what it costs.
pub fn compute_reference(workspace: &Workspace, relight: &Path, instance: &Instance) -> Outcome {
    let file = reference_file(workspace, relight, &instance.folder)?;
    if !file.is_file() {
        say(&format!("greedy on {} to its end: this can take hours", instance.name));
        let mut command = workspace.cargo()?;
        command.args(["run", "--release", "--package", "relight-restore", "--example"]);
        let answer = read(command.args([GREEDY, "--"]).arg(&instance.folder))?;
        if numbers(&answer, "greedy").next().is_none() {
            return Err(format!("{GREEDY} gave no number `greedy`: {answer}").into());
        }
        let parent = file.parent().unwrap_or(&workspace.cache);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, &answer))
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    }
    say(&format!("greedy on {}: {}", instance.name, text(&file)?.trim()));
    Ok(())
}

/// Kept by the digest of the scenario: another seed or another generator makes another file.
fn reference_file(workspace: &Workspace, relight: &Path, folder: &Path) -> Outcome<PathBuf> {
    let answer = read(Command::new(relight).arg("check").arg(folder).arg("--json"))?;
    let digest = digest(&answer).ok_or("relight check names no digest")?;
    Ok(workspace.cache.join("reference").join(format!("{digest}.json")))
}

/// The hexadecimal digits of the scenario's digest.
fn digest(json: &str) -> Option<&str> {
    let (_, after) = json.split_once("\"sha256:")?;
    let (digits, _) = after.split_once('"')?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::{digest, instances};
    use crate::process::succeeds;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// The files of an instance of the 118-bus case, by name; `None` where there is no Python.
    fn made(out: &str, seed: &str) -> Option<Vec<(String, Vec<u8>)>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = std::env::temp_dir().join(format!("relight-{}", std::process::id())).join(out);
        if !succeeds(Command::new("python3").arg("--version")) {
            println!("skipped: there is no python3 to make instances with");
            return None;
        }
        let made = Command::new("python3")
            .arg(root.join("tools/instances/make_instance.py"))
            .arg(root.join("bench/restoration/case118_ieee-order-1/grid.m"))
            .args(["--damaged", "40", "--regions", "3", "--seed", seed, "--out"])
            .arg(folder.join("instance"))
            .output()
            .expect("python3 starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut paths: Vec<PathBuf> = fs::read_dir(folder.join("instance"))
            .expect("the folder is made")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        paths.sort();
        let files = paths
            .iter()
            .map(|path| {
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, fs::read(path).expect("a file"))
            })
            .collect();
        fs::remove_dir_all(folder).expect("ours to remove");
        Some(files)
    }

    #[test]
    fn an_instance_is_made_of_case_and_seed_alone() {
        let Some(first) = made("a", "5") else { return };
        assert_eq!(made("b", "5"), Some(first.clone()));
        let other = made("c", "6").expect("there is a Python");
        let text = |files: &[(String, Vec<u8>)], name: &str| {
            let file = files.iter().find(|(n, _)| n == name).expect("the table is there");
            String::from_utf8(file.1.clone()).expect("UTF-8")
        };
        assert_ne!(text(&first, "damage.csv"), text(&other, "damage.csv"));
        for files in [&first, &other] {
            assert_eq!(text(files, "damage.csv").lines().count(), 1 + 40);
            assert_eq!(text(files, "offers.csv").lines().count(), 1 + 12);
            // Column `teams`: eight of them unless told.
            let crews = text(files, "crews.csv");
            let teams =
                crews.lines().skip(1).filter_map(|row| row.split(',').nth(2)?.parse::<u32>().ok());
            assert_eq!(teams.sum::<u32>(), 8);
            let sites = text(files, "sites.csv");
            let size = |region: &str| sites.lines().filter(|row| row.contains(region)).count();
            for region in ["Region 1", "Region 2", "Region 3"] {
                // A third of about 110 stations each.
                assert!((25..=50).contains(&size(region)), "{region}: {}", size(region));
            }
        }
    }

    #[test]
    fn each_seed_has_its_own_folders() {
        let names = |seed| -> Vec<_> {
            instances(Path::new("target"), seed).into_iter().map(|i| i.folder).collect()
        };
        assert_eq!(names(7)[0], Path::new("target/bench/instances/case2869-500-7"));
        assert_ne!(names(1), names(2));
    }

    #[test]
    fn finds_the_digest() {
        assert_eq!(digest("{\"digest\": \"sha256:0a1f\"}"), Some("0a1f"));
        assert_eq!(digest("{\"digest\": \"sha256:../x\"}"), None);
    }
}
