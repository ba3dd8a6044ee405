//! The log of a study on disk: lines are added, never changed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use relight_study::Study;
use relight_study::log::{self, Rows};

use crate::failure::Failure;
use crate::load::cannot;

/// After so long what was written is made sure to be on the disk: a power cut costs no more.
const SYNC: Duration = Duration::from_secs(1);

/// A log that lines can be added to, by this process alone.
pub struct LogFile {
    file: File,
    synced: Instant,
}

impl LogFile {
    /// Opens the log of a study, or begins one. Gives what is finished, and whether a torn end was cut off.
    pub fn open(path: &Path, study: &Study) -> Result<(Self, Rows, bool), Failure> {
        let system = |e: io::Error| cannot("write", path, &e);
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(system)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message =
                    "another run is at work on this folder; wait for it, or take another folder";
                return Err(Failure::about("busy", path, message));
            }
            Err(TryLockError::Error(e)) => return Err(system(e)),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(system)?;
        let read =
            log::read(study, &bytes).map_err(|e| Failure::about("log", path, e.to_string()))?;
        file.set_len(read.whole as u64).map_err(system)?;
        file.seek(SeekFrom::End(0)).map_err(system)?;
        if read.whole == 0 {
            file.write_all(&log::header(study)).map_err(system)?;
        }
        Ok((LogFile { file, synced: Instant::now() }, read.rows, read.torn))
    }

    /// Adds a line.
    pub fn add(&mut self, line: &[u8]) -> io::Result<()> {
        self.file.write_all(line)?;
        if self.synced.elapsed() >= SYNC {
            self.sync()?;
        }
        Ok(())
    }

    /// Makes sure that all is on the disk.
    pub fn sync(&mut self) -> io::Result<()> {
        self.synced = Instant::now();
        self.file.sync_data()
    }
}
