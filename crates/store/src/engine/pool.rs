//! A bounded number of sessions for short reads, shared by everyone.
//!
//! Where a session works on the calling thread, reads are moved to threads that may block. Start at
//! [`Pool::with`].

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::{Data, Session};
use crate::fault::{FaultKind, StoreFault};

/// Sessions at rest, and permits for all there may be.
#[derive(Clone)]
pub(crate) struct Pool {
    data: Data,
    idle: Arc<Mutex<Vec<Session>>>,
    permits: Arc<Semaphore>,
}

/// The work of one visit.
pub(crate) type Work<T> =
    Box<dyn for<'s> FnOnce(&'s mut Session) -> Pin<Box<dyn Future<Output = T> + Send + 's>> + Send>;

impl Pool {
    pub(crate) fn new(data: Data) -> Self {
        let permits = Arc::new(Semaphore::new(data.readers()));
        Self { data, idle: Arc::default(), permits }
    }

    /// Does some work with a session that nobody else has meanwhile.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        work: Work<Result<T, StoreFault>>,
    ) -> Result<T, StoreFault> {
        let closed = |cause| StoreFault::caused(FaultKind::Other, "waiting for a session", cause);
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(closed)?;
        let mut session = self.take();
        if !self.data.blocks() {
            let result = work(&mut session).await;
            self.put_back(session, &result);
            drop(permit);
            return result;
        }
        let pool = self.clone();
        let runtime = tokio::runtime::Handle::current();
        let done = tokio::task::spawn_blocking(move || {
            // The future of a blocking session is ready at its first poll.
            let result = runtime.block_on(work(&mut session));
            pool.put_back(session, &result);
            drop(permit);
            result
        });
        done.await.map_err(|cause| StoreFault::caused(FaultKind::Other, "a read did not end", cause))?
    }

    fn take(&self) -> Session {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.data.session())
    }

    /// A session whose connection is lost, or may be in the middle of something, is let go.
    fn put_back<T>(&self, session: Session, result: &Result<T, StoreFault>) {
        if result.is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }
}
