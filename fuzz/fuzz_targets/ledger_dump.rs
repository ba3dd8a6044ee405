//! No bytes make the reader of dumps panic; a dump that is not whole leaves the ledger as it was.
#![no_main]

use std::cell::RefCell;
use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use relight_store::Store;

thread_local! {
    /// An empty ledger: nothing that is refused changes it, and what is accepted is dropped with it.
    static LEDGER: RefCell<Option<(Store, std::path::PathBuf)>> = const { RefCell::new(None) };
}

fuzz_target!(|bytes: &[u8]| {
    LEDGER.with_borrow_mut(|ledger| {
        let (mut store, path) = ledger.take().unwrap_or_else(|| {
            let path = std::env::temp_dir().join(format!("relight-fuzz-{}.db", std::process::id()));
            let _ = std::fs::remove_file(&path);
            (Store::create(&path.display().to_string()).expect("a ledger"), path)
        });
        match store.load(&mut Cursor::new(bytes)) {
            Err(_) => {
                assert_eq!(store.head().expect("readable").seq, 0);
                *ledger = Some((store, path));
            }
            Ok(loaded) => {
                store.verify(None).expect("what was accepted is a chain");
                if loaded.added == 0 {
                    *ledger = Some((store, path));
                } else {
                    let mut dump = Vec::new();
                    store.dump(&mut dump).expect("writable");
                    drop(store);
                    let _ = std::fs::remove_file(&path);
                }
            }
        }
    });
});
