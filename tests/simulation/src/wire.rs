//! The network: every request waits at a gate before it reaches the site, and its answer at a gate on the way back. The
//! schedule opens the gates, in any order it likes, or lets what waits there be lost.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use domain::RemoteErrorKind;

/// What a gate does with what waits there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It goes on. A read may be answered from a replica that is so many milliseconds behind.
    Go {
        /// How far behind.
        lag: i64,
    },
    /// It is lost: the client sees a broken connection.
    Lost,
    /// Something on the way, or the site, answers in its place.
    Answered(RemoteErrorKind),
}

/// Something that waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) ticket: u64,
    /// On the way back.
    pub(crate) is_reply: bool,
    /// Of a request that writes.
    pub(crate) writes: bool,
}

#[derive(Default)]
struct State {
    next: u64,
    waiting: Vec<Waiting>,
    open: Vec<(u64, Verdict)>,
    wakers: Vec<(u64, Waker)>,
}

/// The network between one run and the sites.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<State>>);

impl Wire {
    pub(crate) fn gate(&self, is_reply: bool, writes: bool) -> Gate {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.next += 1;
        let ticket = state.next;
        state.waiting.push(Waiting { ticket, is_reply, writes });
        Gate { wire: self.clone(), ticket }
    }

    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).waiting.clone()
    }

    pub(crate) fn open(&self, ticket: u64, verdict: Verdict) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.retain(|waiting| waiting.ticket != ticket);
        state.open.push((ticket, verdict));
        // Of several requests under way, only the one that was woken is looked at again.
        let woken: Vec<(u64, Waker)> = state.wakers.extract_if(.., |(of, _)| *of == ticket).collect();
        drop(state);
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }
}

/// One wait at a gate.
pub(crate) struct Gate {
    wire: Wire,
    ticket: u64,
}

impl Future for Gate {
    type Output = Verdict;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Verdict> {
        let mut state = self.wire.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open.iter().position(|(ticket, _)| *ticket == self.ticket) {
            Some(at) => Poll::Ready(state.open.swap_remove(at).1),
            None => {
                state.wakers.retain(|(of, _)| *of != self.ticket);
                state.wakers.push((self.ticket, context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let ticket = self.ticket;
        let mut state = self.wire.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting.retain(|waiting| waiting.ticket != ticket);
        state.open.retain(|(open, _)| *open != ticket);
        state.wakers.retain(|(of, _)| *of != ticket);
    }
}
