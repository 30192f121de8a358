//! The text of the attributes: which keys there are, and what stands behind each.
//!
//! What the keys mean together, and for which types, is in `field`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, DeriveInput, Error, Expr, ExprRange, LitInt, LitStr, RangeLimits, Result};

/// An id, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Id {
    pub(crate) value: u8,
    pub(crate) span: Span,
}

/// A range with both ends.
pub(crate) struct Range {
    pub(crate) low: Expr,
    pub(crate) high: Expr,
}

/// What stands in a field's attribute.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) id: Option<Id>,
    pub(crate) quantum: Option<Expr>,
    pub(crate) range: Option<Range>,
    pub(crate) wrap: Option<Expr>,
    pub(crate) velocity: Option<LitStr>,
    pub(crate) tolerance: Option<Expr>,
    pub(crate) private: Option<Span>,
    pub(crate) skip: Option<Span>,
}

/// What stands in the attribute of a struct or a variant.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) id: Option<Id>,
    pub(crate) name: Option<LitStr>,
}

impl Options {
    /// Reads the attributes called `attribute`, with these keys; none if there is none.
    pub(crate) fn parse(attrs: &[Attribute], attribute: &str, keys: &[&str]) -> Result<Option<Options>> {
        let mut options = Options::default();
        let mut keys_given = 0;
        let found = each_key(attrs, attribute, keys, |key, meta| {
            keys_given += 1;
            options.set(key, meta)
        })?;
        match options.skip {
            Some(skip) if keys_given > 1 => {
                Err(Error::new(skip, "a field with `skip` is not sent: no other key stands beside it"))
            }
            _ => Ok(found.then_some(options)),
        }
    }

    fn set(&mut self, key: &str, meta: &ParseNestedMeta<'_>) -> Result<()> {
        match key {
            "id" => set(&mut self.id, meta, |meta| parse_id(meta, "field ids", 31)),
            "quantum" => set(&mut self.quantum, meta, parse_expression),
            "range" => set(&mut self.range, meta, parse_range),
            "wrap" => set(&mut self.wrap, meta, parse_expression),
            "velocity" => set(&mut self.velocity, meta, parse_string),
            "tolerance" => set(&mut self.tolerance, meta, parse_expression),
            "private" => set(&mut self.private, meta, |meta| Ok(meta.path.span())),
            _ => set(&mut self.skip, meta, |meta| Ok(meta.path.span())),
        }
    }
}

impl Head {
    /// Reads the attribute called `attribute` of a struct or variant.
    pub(crate) fn parse(attrs: &[Attribute], attribute: &str) -> Result<Head> {
        let mut head = Head::default();
        each_key(attrs, attribute, &["id", "name"], |key, meta| match key {
            "id" => set(&mut head.id, meta, |meta| parse_id(meta, "component and event ids", 127)),
            _ => set(&mut head.name, meta, parse_string),
        })?;
        Ok(head)
    }
}

/// A wire type is one type: its schema can't depend on parameters.
pub(crate) fn refuse_generics(item: &DeriveInput) -> Result<()> {
    if item.generics.params.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        item.generics.span(),
        format!("`{}` goes on the wire and can't have type parameters or lifetimes", item.ident),
    ))
}

fn each_key(
    attrs: &[Attribute],
    attribute: &str,
    keys: &[&str],
    mut visit: impl FnMut(&str, &ParseNestedMeta<'_>) -> Result<()>,
) -> Result<bool> {
    let mut found = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(attribute)) {
        found = true;
        attr.parse_nested_meta(|meta| match keys.iter().find(|key| meta.path.is_ident(key)) {
            Some(key) => visit(key, &meta),
            None => Err(meta.error(format!("unknown key; #[{attribute}(...)] has here: {}", keys.join(", ")))),
        })?;
    }
    Ok(found)
}

fn set<T>(
    slot: &mut Option<T>,
    meta: &ParseNestedMeta<'_>,
    parse: impl FnOnce(&ParseNestedMeta<'_>) -> Result<T>,
) -> Result<()> {
    if slot.is_some() {
        return Err(meta.error("this key stands here twice"));
    }
    *slot = Some(parse(meta)?);
    Ok(())
}

fn parse_id(meta: &ParseNestedMeta<'_>, what: &str, max: u8) -> Result<Id> {
    let literal: LitInt = meta.value()?.parse()?;
    let value = literal.base10_parse::<u8>().ok().filter(|value| *value <= max);
    let value = value.ok_or_else(|| Error::new(literal.span(), format!("{what} are 0 to {max}")))?;
    Ok(Id { value, span: literal.span() })
}

fn parse_expression(meta: &ParseNestedMeta<'_>) -> Result<Expr> {
    meta.value()?.parse()
}

fn parse_string(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

fn parse_range(meta: &ParseNestedMeta<'_>) -> Result<Range> {
    let expression = parse_expression(meta)?;
    let span = expression.span();
    match expression {
        Expr::Range(ExprRange { start: Some(low), limits: RangeLimits::Closed(_), end: Some(high), .. }) => {
            Ok(Range { low: *low, high: *high })
        }
        _ => Err(Error::new(span, "write a range that includes both its ends, like `range = 0..=100`")),
    }
}
