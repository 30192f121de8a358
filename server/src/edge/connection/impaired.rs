//! A connection whose line was made bad, and is made good again.
//!
//! Not here: how bad a line behaves (`bad_line`), whose is to be bad (`impairments`).

use super::{BadLine, Claim, Connection};
use crate::clock::now_us;
use crate::edge::impairments::Whose;

impl Connection {
    /// Whether its line takes another snapshot.
    pub(super) fn line_has_room(&self) -> bool {
        self.bad_line.as_ref().is_none_or(|line| line.has_room(now_us()))
    }

    /// Makes its line as bad as somebody wants it to be now.
    pub(in crate::edge) fn follow_impairments(&mut self, now_us: u64) {
        let Claim { key, seat, generation, .. } = self.claim;
        let wanted = self.shared.impairments.of_session(key, seat, generation, now_us);
        match (&mut self.bad_line, wanted) {
            (Some(line), Some(wanted)) if *line.impairment() == wanted => {}
            (Some(line), Some(wanted)) => line.change(wanted, now_us),
            (Some(_), None) => self.hurry(),
            (None, Some(wanted)) => self.bad_line = Some(Box::new(BadLine::new(wanted, self.session.id().0, now_us))),
            (None, None) => {}
        }
    }

    /// Sends on what is there on a line that was made bad. When that is over, the line is as it was.
    pub(in crate::edge) fn release(&mut self, now_us: u64) {
        let Some(line) = &mut self.bad_line else {
            return;
        };
        let mut frames = self.shared.frames.take();
        line.release(now_us, &mut frames);
        let is_over = now_us >= line.impairment().ends_us;
        self.shared.release_by(line.next_us());
        self.put_through(frames);
        if is_over {
            self.bad_line = None;
            self.follow_impairments(now_us);
        }
    }

    /// What is under way on a line that was made bad is there at once, and the line is as it was.
    pub(super) fn hurry(&mut self) {
        if let Some(mut line) = self.bad_line.take() {
            let mut frames = self.shared.frames.take();
            line.release_all(&mut frames);
            self.put_through(frames);
        }
    }

    /// If its impairment is over, everything is there at once.
    pub(super) fn end_impairment_in_time(&mut self, now_us: u64) {
        if self.bad_line.as_ref().is_some_and(|line| now_us >= line.impairment().ends_us) {
            self.release(now_us);
        }
    }

    /// An impairment of this session alone ends with it.
    pub(super) fn end_own_impairment(&self) {
        let Claim { key, seat, generation, .. } = self.claim;
        let found = self.shared.impairments.of_session(key, seat, generation, now_us());
        if let Some(own) = found.filter(|found| found.whose != Whose::All) {
            self.shared.impairments.end(key, own.id, now_us());
        }
    }
}
