//! Derive macros with which a game describes its components, inputs and events to Skirmish.
//!
//! Wire ids are explicit in the source, so that moving code about can't change the protocol. Every mistake is a compile error at
//! the field it is in, and says what to write instead.
//!
//! The traits, and what the attributes mean on the wire, are in `skirmish-protocol`; use the macros from there.

mod attributes;
mod event;
mod field;
mod fields;
mod input;
mod replicate;

use proc_macro::TokenStream;
use syn::DeriveInput;

/// Derives `skirmish_protocol::Replicate` for a component.
///
/// On the struct: `#[replicate(id = 1)]`, and `name = "..."` if clients shall know it by another name than its own.
/// On each field `#[replicate(skip)]`, or `#[replicate(id = 0, ...)]` with
///
/// - `quantum = 0.01, range = -10.0..=10.0` for `f32` and `f64`, in units;
/// - `quantum = 0.001, wrap = 6.28` for those that repeat, such as angles; the quantum is adjusted to divide the wrap;
/// - `range = 0..=100` for integers;
/// - `private`: only the entity's owner sees it;
/// - `velocity = "vx"`: a motion field, predicted from that field of the same struct, and with it, if wanted,
///   `tolerance = 0.5`: how many quanta the prediction may be off.
#[proc_macro_derive(Replicate, attributes(replicate))]
pub fn replicate(item: TokenStream) -> TokenStream {
    expand(item, replicate::expand)
}

/// Derives `skirmish_protocol::Input` for an input command.
///
/// On each field `#[input(id = 0, ...)]` with `quantum` and `range` for `f32` and `f64`, `range` for integers, nothing more for `bool`.
#[proc_macro_derive(Input, attributes(input))]
pub fn input(item: TokenStream) -> TokenStream {
    expand(item, input::expand)
}

/// Derives `skirmish_protocol::GameEvent` for an enum of events.
///
/// On each variant `#[event(id = 1)]`, and `name = "..."` if wanted. On each field `#[event(id = 0, ...)]` with
/// `quantum` and `range` for `f32` and `f64`, `range` for integers, nothing more for `bool`.
#[proc_macro_derive(GameEvent, attributes(event))]
pub fn game_event(item: TokenStream) -> TokenStream {
    expand(item, event::expand)
}

fn expand(item: TokenStream, derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let item = syn::parse_macro_input!(item as DeriveInput);
    let expanded = attributes::refuse_generics(&item).and_then(|()| derive(&item));
    expanded.unwrap_or_else(syn::Error::into_compile_error).into()
}
