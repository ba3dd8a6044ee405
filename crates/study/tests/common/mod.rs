//! The winter storm without its storm, as a base.

use std::path::Path;

use relight_restore::Scenario;
use relight_restore::scenario::{self, Folder};

/// The files of an example, without damage, jobs and needs.
pub fn folder(example: &str) -> Folder {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example);
    let mut folder = Folder::default();
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            folder.files.insert(name, std::fs::read(&path).unwrap());
        }
    }
    for name in ["jobs.csv", "needs.csv"] {
        folder.files.remove(name);
    }
    let none = b"damage,element,id,site,state,note\n".to_vec();
    folder.files.insert("damage.csv".into(), none);
    folder
}

/// The scenario of [`folder`].
#[expect(clippy::allow_attributes, reason = "not every test that has this module uses all of it")]
#[allow(dead_code)]
pub fn base(example: &str) -> Scenario {
    scenario::read(&folder(example)).unwrap().scenario
}
