//! The fields of a struct that go on the wire, in ascending order of id.

use syn::{Data, DataStruct, DeriveInput, Error, Fields, Result};

use crate::attributes::Options;
use crate::field::Field;

/// Reads the fields of a struct. `keys` are those its attributes may have; `advice` tells what to write where there is none.
pub(crate) fn parse(item: &DeriveInput, attribute: &str, keys: &[&str], advice: &str) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for field in named_fields(item)? {
        let ident = field.ident.as_ref().expect("fields with names");
        let options = Options::parse(&field.attrs, attribute, keys)?
            .ok_or_else(|| Error::new(ident.span(), format!("field `{ident}` has no #[{attribute}(...)]: {advice}")))?;
        if options.skip.is_none() {
            fields.push(with_id(field, options, attribute)?);
        }
    }
    sorted(fields)
}

fn named_fields(item: &DeriveInput) -> Result<Vec<&syn::Field>> {
    match &item.data {
        Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) => Ok(fields.named.iter().collect()),
        Data::Struct(DataStruct { fields: Fields::Unit, .. }) => Ok(Vec::new()),
        _ => {
            let problem = format!("`{}` must be a struct with named fields: clients know them by name", item.ident);
            Err(Error::new(item.ident.span(), problem))
        }
    }
}

fn with_id(field: &syn::Field, options: Options, attribute: &str) -> Result<Field> {
    let Some(id) = options.id else {
        let ident = field.ident.as_ref().expect("fields with names");
        let problem = format!("field `{ident}` needs an id: write #[{attribute}(id = ...)], 0 to 31, each once");
        return Err(Error::new(ident.span(), problem));
    };
    Field::new(field, id.value, options)
}

fn sorted(mut fields: Vec<Field>) -> Result<Vec<Field>> {
    fields.sort_by_key(|field| field.id);
    for pair in fields.windows(2) {
        if let [first, second] = pair
            && first.id == second.id
        {
            return Err(second.error_at_id(&format!(
                "has id {}, which is that of `{}`: ids are given once",
                second.id, first.ident
            )));
        }
    }
    Ok(fields)
}
