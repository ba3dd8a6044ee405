//! The public pages as files, for a web server that knows nothing of us.

use std::fs;
use std::path::Path;

use crate::app::App;
use crate::pages::Sheet;
use crate::words::Tongue;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Files.
    pub files: usize,
    /// Bytes of all of them.
    pub bytes: u64,
}

/// Writes every public page and file into a folder: the same bytes that the server sends. Pages link to each other by
/// ways that hold wherever the folder lies.
///
/// # Errors
///
/// Where a file cannot be written.
pub fn publish(app: &App, folder: &Path) -> std::io::Result<Written> {
    let mut written = Written { files: 0, bytes: 0 };
    let mut write = |path: &str, body: &[u8]| -> std::io::Result<()> {
        let target = folder.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(target, body)?;
        written.files += 1;
        written.bytes += body.len() as u64;
        Ok(())
    };
    for sheet in Sheet::all(app) {
        let Some(made) = sheet.make(app) else { continue };
        let path = sheet.path();
        let path = if path.ends_with('/') { format!("{path}index.html") } else { path };
        write(&path, &made.body)?;
    }
    write("index.html", entrance(app).as_bytes())?;
    Ok(written)
}

/// The first page: the languages, for without a server nobody can tell which one is wanted.
fn entrance(app: &App) -> String {
    let only = match app.settings.operation.as_slice() {
        [only] => format!("{}/", only.slug),
        _ => String::new(),
    };
    let page = maud::html! {
        (maud::DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Relight" }
                link rel="stylesheet" href="assets/site.css";
            }
            body {
                main.wrap {
                    h1 { "Relight" }
                    ul.operations {
                        @for tongue in Tongue::ALL {
                            li { h2 lang=(tongue.code()) {
                                a href=(format!("{}/{only}", tongue.code())) hreflang=(tongue.code()) { (app.words(tongue).say("language")) }
                            } }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}
