//! Whether the relative links in the Markdown files lead somewhere.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::process::{Outcome, say};
use crate::workspace::Workspace;

/// Checks every Markdown file of the checkout, and names each link whose file is not there.
pub fn check(workspace: &Workspace) -> Outcome {
    let mut files = Vec::new();
    collect(&workspace.root, &mut files)?;
    files.sort();
    let mut broken = 0;
    for file in &files {
        let text = fs::read_to_string(file)
            .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let folder = file.parent().unwrap_or(&workspace.root);
        for (line, target) in links(&text) {
            if !resolves(&workspace.root, folder, target) {
                let name = file.strip_prefix(&workspace.root).unwrap_or(file);
                say(&format!("{}:{line}: no file at `{target}`", name.display()));
                broken += 1;
            }
        }
    }
    if broken == 0 { Ok(()) } else { Err(format!("{broken} links lead nowhere").into()) }
}

/// Markdown files below a folder, less what is built, hidden or installed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    let entries = fs::read_dir(folder)
        .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if name.starts_with('.') || ["target", "out", "node_modules", "dist"].contains(&&*name) {
            continue;
        }
        // Of the entry itself: a symbolic link to a folder is not followed.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    Ok(())
}

/// The targets of inline links and of link definitions, each with its line number, outside code.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        if let Some((label, target)) = line.split_once("]: ")
            && label.starts_with('[')
        {
            found.push((index + 1, target.split_whitespace().next().unwrap_or_default()));
        }
        for (start, _) in line.match_indices("](") {
            // An odd number of backticks before it: within inline code.
            if line[..start].matches('`').count() % 2 == 0
                && let Some((target, _)) = line[start + 2..].split_once(')')
            {
                found.push((index + 1, target.split_whitespace().next().unwrap_or_default()));
            }
        }
    }
    found
}

/// Whether the target is elsewhere on the web, in this page, or a file within the checkout.
fn resolves(root: &Path, folder: &Path, target: &str) -> bool {
    let target = target.trim_matches(['<', '>']);
    let path = target.split('#').next().unwrap_or_default();
    if target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    if path.is_empty() {
        return target.starts_with('#');
    }
    let mut place = folder.to_path_buf();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => _ = place.pop(),
            Component::Normal(name) => place.push(name),
            // A link from the root of the machine works for nobody else.
            Component::RootDir | Component::Prefix(_) => return false,
            Component::CurDir => {}
        }
    }
    place.starts_with(root) && place.exists()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{links, resolves};

    #[test]
    fn finds_links_outside_code_with_their_lines() {
        let text = "[a](x.md) and `[b](no.md)`, ![c](y/z.png \"title\")\n```\n[d](no.md)\n```\n\
                    [e]: w.md\n[f](<v.md>)";
        assert_eq!(links(text), [(1, "x.md"), (1, "y/z.png"), (5, "w.md"), (6, "<v.md>")]);
    }

    #[test]
    fn resolves_within_the_checkout_alone() {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask.parent().unwrap();
        for good in ["Cargo.toml", "src/../Cargo.toml#x", "../Cargo.toml", "#x", "https://x.y/z"] {
            assert!(resolves(root, xtask, good), "{good}");
        }
        for bad in ["nothing.md", "../..", "/etc/hostname", "", "src/nothing.rs#x"] {
            assert!(!resolves(root, xtask, bad), "{bad}");
        }
    }
}
