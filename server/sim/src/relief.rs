//! What a match is spared while its server can't keep up: snapshots come less often, then its time goes slower.
//!
//! Invariant: relief is send state and pace. No tick computes anything else under it, so a replay knows nothing of it. It multiplies
//! what tuning and pace ask for and leaves them as they are. Clients draw as much further in the past as snapshots come later, so that there are two states to
//! draw between as before. How much relief a match needs is the server's to say.

use skirmish_protocol::Settings;
use skirmish_protocol::limits::{DILATION_PERMILLE_MIN, INTERP_DELAY_MS_MAX, SNAPSHOT_INTERVAL_MAX};

/// How much a match is spared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relief {
    /// So many times the tuned snapshot interval lies between two snapshots; at least 1.
    pub snapshot_factor: u32,
    /// Match time per the time that the pace asks for, in thousandths: 1 to 1000.
    pub dilation_permille: u32,
}

impl Default for Relief {
    fn default() -> Self {
        Self::NONE
    }
}

impl Relief {
    /// The match runs as it was tuned.
    pub const NONE: Relief = Relief { snapshot_factor: 1, dilation_permille: 1000 };

    /// These settings under relief, within the limits of the protocol.
    #[must_use]
    pub fn applied_to(self, settings: Settings) -> Settings {
        let tuned = settings.snapshot_interval;
        let snapshot_interval = tuned.saturating_mul(self.snapshot_factor.max(1)).min(SNAPSHOT_INTERVAL_MAX).max(tuned);
        let later_ms = ((snapshot_interval - tuned) * 1000).div_ceil(settings.tick_hz);
        let dilation_permille =
            u64::from(settings.dilation_permille) * u64::from(self.dilation_permille.min(1000)) / 1000;
        Settings {
            snapshot_interval,
            interp_delay_ms: (settings.interp_delay_ms + later_ms).min(INTERP_DELAY_MS_MAX),
            dilation_permille: (dilation_permille as u32).max(DILATION_PERMILLE_MIN),
            ..settings
        }
    }
}
