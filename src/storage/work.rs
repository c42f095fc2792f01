//! The boxed future that a write is.

use std::future::Future;
use std::pin::Pin;

use super::{Error, Tx};

/// A future that borrows the transaction.
pub type BoxFuture<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// Called once the transaction has ended, with how.
pub(super) type Finish = Box<dyn FnOnce(Result<(), Error>) + Send>;

/// A write: returns whether to commit, and whom to tell.
pub(super) type Work = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, (bool, Finish)> + Send>;
