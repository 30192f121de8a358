//! The sessions of a room, in the order of their ids.
//!
//! Ids lie apart from what they name: whose session an arrival is, is looked up in little memory. Invariant: ids ascend, and each stands where its session does.

use smallvec::SmallVec;

use crate::ahead::fetch;
use crate::session::Session;
use crate::traffic::SessionId;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// Those of a small room need no memory of their own.
    ids: SmallVec<[SessionId; 8]>,
    sessions: Vec<Session>,
}

impl Sessions {
    pub(crate) fn get(&self, id: SessionId) -> Option<&Session> {
        self.ids.binary_search(&id).ok().map(|place| &self.sessions[place])
    }

    pub(crate) fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.ids.binary_search(&id).ok().map(|place| &mut self.sessions[place])
    }

    /// Adds a session, in place of one that has this id.
    pub(crate) fn insert(&mut self, id: SessionId, session: Session) {
        match self.ids.binary_search(&id) {
            Ok(place) => self.sessions[place] = session,
            Err(place) => {
                self.ids.insert(place, id);
                self.sessions.insert(place, session);
            }
        }
    }

    pub(crate) fn remove(&mut self, id: SessionId) -> Option<Session> {
        let place = self.ids.binary_search(&id).ok()?;
        self.ids.remove(place);
        Some(self.sessions.remove(place))
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (SessionId, &mut Session)> {
        self.ids.iter().copied().zip(&mut self.sessions)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Session> {
        self.sessions.iter()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Session> {
        self.sessions.iter_mut()
    }

    pub(crate) fn into_ids(self) -> impl Iterator<Item = SessionId> {
        self.ids.into_iter()
    }

    /// Has the memory on its way that a look-up needs.
    pub(crate) fn fetch(&self) {
        fetch(&self.ids);
        fetch(&self.sessions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(ids: &[u64]) -> Sessions {
        let mut sessions = Sessions::default();
        for &id in ids {
            sessions.insert(SessionId(id), Session::new(id as u32, 0, 0));
        }
        sessions
    }

    fn held(sessions: &mut Sessions) -> Vec<(u64, u32)> {
        sessions.iter_mut().map(|(id, session)| (id.0, session.seat)).collect()
    }

    #[test]
    fn whatever_the_order_in_which_they_come_each_stands_by_its_id() {
        let mut sessions = sessions(&[5, 1, 9, 3]);
        assert_eq!(held(&mut sessions), [(1, 1), (3, 3), (5, 5), (9, 9)]);
        assert_eq!(sessions.get(SessionId(9)).map(|session| session.seat), Some(9));
        assert!(sessions.get(SessionId(4)).is_none());
    }

    #[test]
    fn who_leaves_moves_nobody_away_from_his_id() {
        let mut sessions = sessions(&[1, 3, 5, 9]);
        assert_eq!(sessions.remove(SessionId(3)).map(|session| session.seat), Some(3));
        assert!(sessions.remove(SessionId(3)).is_none());
        assert_eq!(held(&mut sessions), [(1, 1), (5, 5), (9, 9)]);
    }

    #[test]
    fn one_id_names_one_session() {
        let mut sessions = sessions(&[1, 3]);
        sessions.insert(SessionId(3), Session::new(7, 0, 0));
        assert_eq!((sessions.len(), held(&mut sessions)), (2, vec![(1, 1), (3, 7)]));
    }
}
