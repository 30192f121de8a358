//! `#[derive(GameEvent)]`: the variants of an enum, each an event.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Ident, Result};

use crate::attributes::Head;
use crate::field::{Field, specs_constant};
use crate::fields::Form;

const FORM: Form = Form {
    attribute: "event",
    keys: &["id", "quantum", "range"],
    advice: "every field of an event is sent; write #[event(id = ...)]",
    reserved: &["name", "tick", "own"],
};

/// One kind of event.
struct Variant<'a> {
    ident: &'a Ident,
    id: u8,
    name: String,
    fields: Vec<Field>,
}

pub(crate) fn expand(item: &DeriveInput) -> Result<TokenStream> {
    let ident = &item.ident;
    let Data::Enum(DataEnum { variants, .. }) = &item.data else {
        return Err(Error::new(ident.span(), format!("`{ident}` must be an enum: each variant is an event")));
    };
    let mut variants = variants.iter().map(Variant::parse).collect::<Result<Vec<_>>>()?;
    variants.sort_by_key(|variant| variant.id);
    for pair in variants.windows(2) {
        if let [first, second] = pair
            && first.id == second.id
        {
            let problem = format!(
                "event `{}` has id {}, which is that of `{}`: ids are given once",
                second.ident, second.id, first.ident
            );
            return Err(Error::new(second.ident.span(), problem));
        }
    }
    let constants = variants.iter().map(Variant::constant);
    let schemas = variants.iter().map(Variant::schema);
    let encodes = variants.iter().map(Variant::encode);
    let decodes = variants.iter().map(Variant::decode);
    Ok(quote! {
        const _: () = {
            #(#constants)*
            #[automatically_derived]
            #[allow(unused_variables)]
            impl ::skirmish_protocol::GameEvent for #ident {
                fn schema() -> ::std::vec::Vec<::skirmish_protocol::EventSchema> {
                    ::std::vec![#(#schemas),*]
                }

                fn encode(&self, values: &mut ::std::vec::Vec<i32>) -> u8 {
                    match *self { #(#encodes)* }
                }

                fn decode(id: u8, values: &[i32]) -> ::std::option::Option<Self> {
                    match id {
                        #(#decodes)*
                        _ => ::std::option::Option::None,
                    }
                }
            }
        };
    })
}

impl<'a> Variant<'a> {
    fn parse(variant: &'a syn::Variant) -> Result<Self> {
        let ident = &variant.ident;
        let head = Head::parse(&variant.attrs, "event")?;
        let Some(id) = head.id else {
            let problem =
                format!("event `{ident}` needs an id: write #[event(id = ...)] above it, 0 to 127, each once");
            return Err(Error::new(ident.span(), problem));
        };
        let fields = match &variant.fields {
            Fields::Named(fields) => FORM.fields(&fields.named)?,
            Fields::Unit => Vec::new(),
            Fields::Unnamed(fields) => {
                let problem = format!(
                    "event `{ident}` must have named fields, like `{ident} {{ by: u32 }}`: clients know them by name"
                );
                return Err(Error::new_spanned(fields, problem));
            }
        };
        let name = head.name.map_or_else(|| ident.to_string(), |name| name.value());
        Ok(Variant { ident, id: id.value, name, fields })
    }

    fn constant_name(&self) -> Ident {
        format_ident!("SKIRMISH_FIELDS_{}", self.id)
    }

    fn idents(&self) -> Vec<&Ident> {
        self.fields.iter().map(|field| &field.ident).collect()
    }

    fn constant(&self) -> TokenStream {
        let specs: Vec<_> = self.fields.iter().map(|field| field.spec(None)).collect();
        specs_constant(&self.constant_name(), &specs)
    }

    fn schema(&self) -> TokenStream {
        let Variant { id, name, .. } = self;
        let constant = self.constant_name();
        quote! {
            ::skirmish_protocol::EventSchema {
                id: #id,
                name: ::std::borrow::ToOwned::to_owned(#name),
                fields: #constant.iter().map(::skirmish_protocol::FieldSpec::schema).collect(),
            }
        }
    }

    fn encode(&self) -> TokenStream {
        let Variant { ident, id, .. } = self;
        let (constant, fields) = (self.constant_name(), self.idents());
        let index: Vec<_> = (0..fields.len()).collect();
        let bindings: Vec<_> = index.iter().map(|index| format_ident!("field_{index}")).collect();
        quote! {
            Self::#ident { #(#fields: #bindings),* } => {
                #(values.push(#constant[#index].integer_of(::std::convert::From::from(#bindings)));)*
                #id
            }
        }
    }

    fn decode(&self) -> TokenStream {
        let Variant { ident, id, .. } = self;
        let (constant, fields) = (self.constant_name(), self.idents());
        let values = self
            .fields
            .iter()
            .enumerate()
            .map(|(index, field)| field.value(&quote!(#constant[#index]), &quote!(values[#index])));
        quote! {
            #id => ::skirmish_protocol::FieldSpec::accept(&#constant, values).then(|| Self::#ident { #(#fields: #values),* }),
        }
    }
}
