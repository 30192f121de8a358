//! What the protocol says, a file for each behaviour.
//! One program for all: to link one for each costs more time than they take.

mod delta;
mod delta_columns;
mod delta_history;
mod delta_lists;
mod derive;
mod json;
mod json_snapshots;
mod limits_documented;
mod malformed;
mod messages;
mod messages_support;
mod messages_text;
mod messages_vectors;
mod mirror;
mod mirror_events;
mod mirror_strict;
mod motion;
mod packed_vectors;
mod projectile_bytes;
mod schema;
mod snapshot_support;
mod snapshot_vectors;
mod vector_support;
mod wire_state;
mod workload_bytes;
mod workload_support;
