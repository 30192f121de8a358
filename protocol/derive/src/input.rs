//! `#[derive(Input)]`: the fields of an input command.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Result};

use crate::field::specs_constant;
use crate::fields::Form;

const FORM: Form = Form {
    attribute: "input",
    keys: &["id", "quantum", "range"],
    advice: "every field of an input comes from the player; write #[input(id = ...)]",
    reserved: &[],
};

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let ident = &item.ident;
    let fields = FORM.fields_of(item)?;
    let specs: Vec<_> = fields.iter().map(|field| field.spec(None)).collect();
    let constant = format_ident!("SKIRMISH_FIELDS");
    let specs = specs_constant(&constant, &specs);
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let index = 0..fields.len();
    let values = fields
        .iter()
        .enumerate()
        .map(|(index, field)| field.value(&quote!(#constant[#index]), &quote!(values[#index])));
    Ok(quote! {
        const _: () = {
            #specs
            #[automatically_derived]
            #[allow(unused_variables)]
            impl ::skirmish_protocol::Input for #ident {
                fn schema() -> ::std::vec::Vec<::skirmish_protocol::FieldSchema> {
                    #constant.iter().map(::skirmish_protocol::FieldSpec::schema).collect()
                }

                fn from_values(values: &[i32]) -> Self {
                    Self { #(#idents: #values),* }
                }

                fn to_values(&self, out: &mut ::std::vec::Vec<i32>) {
                    #(out.push(#constant[#index].integer_of(::std::convert::From::from(self.#idents)));)*
                }
            }
        };
    })
}
