//! The plug of the storage: it can be pulled at any step of SQLite's machine.
//!
//! SQLite calls back every few instructions of a connection, and stops where it is told to. The server opens its
//! connections itself, so the call is asked for by what SQLite does with each new connection of this process.

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};

use libsqlite3_sys::{
    SQLITE_OK, sqlite3, sqlite3_api_routines, sqlite3_auto_extension, sqlite3_db_filename, sqlite3_progress_handler,
};

/// A step of the storage is so many instructions of SQLite's machine.
const STEP: c_int = 10;

/// The files that have a plug, and how many steps are left to them.
static PLUGS: Mutex<Option<HashMap<PathBuf, Arc<AtomicI64>>>> = Mutex::new(None);

/// How many steps of the storage are left to a database's file.
pub(crate) struct Plug {
    file: PathBuf,
    steps_left: Arc<AtomicI64>,
}

impl Plug {
    /// The plug of a file, for all connections that are opened from now on.
    pub(crate) fn of(file: &Path) -> Self {
        static ASKED: Once = Once::new();
        ASKED.call_once(|| {
            #[expect(unsafe_code, reason = "SQLite knows no safe way to be asked this")]
            // SAFETY: the function has the form that SQLite calls it in, and stays as long as the process.
            let answer = unsafe { sqlite3_auto_extension(Some(opened)) };
            assert_eq!(answer, SQLITE_OK, "SQLite has no memory");
        });
        let steps_left = Arc::new(AtomicI64::new(i64::MAX));
        let mut plugs = PLUGS.lock().unwrap_or_else(PoisonError::into_inner);
        plugs.get_or_insert_default().insert(file.to_owned(), Arc::clone(&steps_left));
        Self { file: file.to_owned(), steps_left }
    }

    /// After so many steps nothing is read or written any more.
    pub(crate) fn pull_after(&self, steps: i64) {
        self.steps_left.store(steps, Ordering::Relaxed);
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        if let Some(plugs) = PLUGS.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            plugs.remove(&self.file);
        }
    }
}

/// What SQLite calls with each connection that it has opened.
#[expect(unsafe_code, reason = "it is called by SQLite, with its pointers")]
unsafe extern "C" fn opened(
    connection: *mut sqlite3,
    _message: *mut *mut c_char,
    _routines: *const sqlite3_api_routines,
) -> c_int {
    // SAFETY: the connection is open, and the name is a text of it that ends with a nought, or null.
    let file = unsafe {
        let name = sqlite3_db_filename(connection, c"main".as_ptr());
        if name.is_null() {
            return SQLITE_OK;
        }
        CStr::from_ptr(name).to_string_lossy().into_owned()
    };
    let plugs = PLUGS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(steps_left) = plugs.as_ref().and_then(|plugs| plugs.get(Path::new(&file))) {
        let counter = Arc::into_raw(Arc::clone(steps_left));
        // SAFETY: the counter is never freed: a few bytes a connection, in a program that ends.
        unsafe { sqlite3_progress_handler(connection, STEP, Some(step), counter.cast_mut().cast()) };
    }
    SQLITE_OK
}

/// What SQLite calls at each step; anything but nought stops it.
#[expect(unsafe_code, reason = "it is called by SQLite, with our pointer")]
unsafe extern "C" fn step(counter: *mut c_void) -> c_int {
    // SAFETY: it is the counter that was given above.
    let steps_left = unsafe { &*counter.cast::<AtomicI64>() };
    c_int::from(steps_left.fetch_sub(1, Ordering::Relaxed) <= 0)
}
