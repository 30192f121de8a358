//! The fields of a struct or variant that go on the wire, in ascending order of id.

use syn::{Data, DataStruct, DeriveInput, Error, Fields, Result};

use crate::attributes::Options;
use crate::field::Field;

/// How the fields of one derive are written.
pub(crate) struct Form {
    /// The attribute's name.
    pub(crate) attribute: &'static str,
    /// The keys it may have.
    pub(crate) keys: &'static [&'static str],
    /// What to write on a field that has none.
    pub(crate) advice: &'static str,
    /// Names that no field may have; `Schema::check` refuses them, too.
    pub(crate) reserved: &'static [&'static str],
}

impl Form {
    /// Reads the fields of a struct.
    pub(crate) fn fields_of(&self, item: &DeriveInput) -> Result<Vec<Field>> {
        self.fields(named_fields(item)?)
    }

    /// Reads fields with names.
    pub(crate) fn fields<'a>(&self, named: impl IntoIterator<Item = &'a syn::Field>) -> Result<Vec<Field>> {
        let mut fields = Vec::new();
        for field in named {
            let ident = field.ident.as_ref().expect("fields with names");
            let Form { attribute, keys, advice, .. } = self;
            let options = Options::parse(&field.attrs, attribute, keys)?.ok_or_else(|| {
                Error::new(ident.span(), format!("field `{ident}` has no #[{attribute}(...)]: {advice}"))
            })?;
            if options.skip.is_none() {
                fields.push(self.field(field, options)?);
            }
        }
        sorted(fields)
    }

    fn field(&self, field: &syn::Field, options: Options) -> Result<Field> {
        let ident = field.ident.as_ref().expect("fields with names");
        let Form { attribute, reserved, .. } = self;
        let Some(id) = options.id else {
            let problem = format!("field `{ident}` needs an id: write #[{attribute}(id = ...)], 0 to 31, each once");
            return Err(Error::new(ident.span(), problem));
        };
        let field = Field::new(field, id.value, options)?;
        if reserved.iter().any(|name| field.ident == name) {
            let taken = reserved.join(", ");
            return Err(field.error(&format!("needs another name: clients show values of their own as {taken}")));
        }
        Ok(field)
    }
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
