//! A bound in time that costs next to nothing where it is not needed.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// The time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLate;

/// Does some work within a time, which counts from when the work first has to wait: most never has.
///
/// The timer lies beside the work and not within it. As a part of it, it would ask for its own wide alignment for
/// all of a handler's future, and allocating that is slow.
///
/// # Errors
/// [`TooLate`] when the work has not ended by then. It is dropped.
pub(crate) async fn within<W: Future>(span: Duration, work: W) -> Result<W::Output, TooLate> {
    let mut work = pin!(work);
    let mut timer = None;
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(done));
        }
        let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(span)));
        timer.as_mut().poll(context).map(|()| Err(TooLate))
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    /// Work that is done is done, work that comes in time counts, and work that never ends is given up.
    #[tokio::test]
    async fn work_has_its_time() {
        assert_eq!(within(Duration::ZERO, ready(1)).await, Ok(1));
        assert_eq!(within(Duration::MAX, tokio::task::yield_now()).await, Ok(()));
        assert_eq!(within(Duration::from_millis(1), pending::<()>()).await, Err(TooLate));
    }

    /// The timer's alignment does not spread to the work.
    #[test]
    fn the_timer_lies_apart() {
        assert_eq!(align_of_val(&within(Duration::ZERO, ready(0_u8))), align_of::<usize>());
    }
}
