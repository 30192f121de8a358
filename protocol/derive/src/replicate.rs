//! `#[derive(Replicate)]`: fields of a component, and what moves them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Error, Result};

use crate::attributes::Head;
use crate::field::{Field, Kind, specs_constant};
use crate::fields::Form;

const FORM: Form = Form {
    attribute: "replicate",
    keys: &["id", "quantum", "range", "wrap", "velocity", "tolerance", "private", "skip"],
    advice: "write #[replicate(id = ...)] to send it, or #[replicate(skip)] to keep it on the server",
    reserved: &["id"],
};

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let ident = &item.ident;
    let head = Head::parse(&item.attrs, "replicate")?;
    let Some(id) = head.id else {
        let problem = format!(
            "`{ident}` needs a component id: write #[replicate(id = ...)] above it, 1 to 127, unique in the game"
        );
        return Err(Error::new(ident.span(), problem));
    };
    let id = id.value;
    let name = head.name.map_or_else(|| ident.to_string(), |name| name.value());
    let fields = FORM.fields_of(item)?;
    let specs = fields.iter().map(|field| Ok(field.spec(velocity_id(field, &fields)?)));
    let specs = specs.collect::<Result<Vec<_>>>()?;
    let constant = format_ident!("SKIRMISH_FIELDS");
    let specs = specs_constant(&constant, &specs);
    let index = 0..fields.len();
    let idents = fields.iter().map(|field| &field.ident);
    Ok(quote! {
        const _: () = {
            #specs
            #[automatically_derived]
            #[allow(unused_variables)]
            impl ::skirmish_protocol::Replicate for #ident {
                fn schema() -> ::skirmish_protocol::ComponentSchema {
                    ::skirmish_protocol::ComponentSchema {
                        id: #id,
                        name: ::std::borrow::ToOwned::to_owned(#name),
                        fields: #constant.iter().map(::skirmish_protocol::FieldSpec::schema).collect(),
                    }
                }

                fn measure(&self, row: &mut [f64]) {
                    #(row[#index] = #constant[#index].measure(::std::convert::From::from(self.#idents));)*
                }
            }
        };
    })
}

/// The id of the field that moves this one, if any does.
fn velocity_id(field: &Field, fields: &[Field]) -> Result<Option<u8>> {
    let Some(name) = &field.options.velocity else {
        return match &field.options.tolerance {
            Some(tolerance) => {
                Err(field.error_at(tolerance, "has a `tolerance` but no `velocity`: only predicted fields have one"))
            }
            None => Ok(None),
        };
    };
    if let Some(wrap) = &field.options.wrap {
        return Err(field.error_at(wrap, "has a `velocity` and so can't have a `wrap`: remove one of them"));
    }
    let wanted = name.value();
    let Some(velocity) = fields.iter().find(|other| other.ident == wanted) else {
        return Err(
            field.error_at(name, &format!("is moved by `{wanted}`, which is no replicated field of this struct"))
        );
    };
    let plain =
        velocity.options.velocity.is_none() && velocity.options.wrap.is_none() && velocity.kind != Kind::Boolean;
    if !plain {
        return Err(field.error_at(
            name,
            &format!("is moved by `{wanted}`, which must be a plain number: no `velocity`, no `wrap`, no bool"),
        ));
    }
    if velocity.options.private.is_some() != field.options.private.is_some() {
        return Err(field.error_at(name, &format!("and its velocity `{wanted}` must both be `private` or neither")));
    }
    Ok(Some(velocity.id))
}
