//! One field of a wire type: what its type asks for, and the `FieldSpec` constant made of it.
//!
//! Arithmetic on quanta and ranges is left to `FieldSpec`, which does it during constant evaluation.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Expr, Ident, Result, Type, parse_quote};

use crate::attributes::Options;

/// The families of types that a field may have.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Float,
    Integer,
    Boolean,
}

/// A field that goes on the wire.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
    pub(crate) id: u8,
    pub(crate) options: Options,
}

impl Field {
    /// Makes sure that the options are those that the type asks for.
    pub(crate) fn new(field: &syn::Field, id: u8, options: Options) -> Result<Field> {
        let ident = field.ident.clone().expect("only structs with named fields get here");
        let kind = kind_of(&field.ty).ok_or_else(|| {
            let types = "use f32, f64, u8, u16, u32, i8, i16, i32 or bool";
            Error::new(field.ty.span(), format!("field `{ident}` is of a type that has no place on the wire: {types}"))
        })?;
        let field = Field { ident, ty: field.ty.clone(), kind, id, options };
        match kind {
            Kind::Float => field.check_float()?,
            Kind::Integer => field.check_integer()?,
            Kind::Boolean => field.check_boolean()?,
        }
        Ok(field)
    }

    fn check_float(&self) -> Result<()> {
        let options = &self.options;
        if options.quantum.is_none() {
            return Err(self.error("needs its smallest step in units: write `quantum = 0.01`"));
        }
        match (&options.range, &options.wrap) {
            (None, None) => Err(self.error("needs its bounds in units: write `range = -100.0..=100.0`")),
            (Some(_), Some(wrap)) => {
                Err(self.error_at(wrap, "repeats after `wrap` and so has no `range`: remove one of them"))
            }
            _ => Ok(()),
        }
    }

    fn check_integer(&self) -> Result<()> {
        if let Some(quantum) = &self.options.quantum {
            return Err(self.error_at(quantum, "is an integer, whose quantum is 1: remove `quantum`"));
        }
        if let Some(wrap) = &self.options.wrap {
            return Err(self.error_at(wrap, "is an integer: `wrap` is for f32 and f64"));
        }
        if self.options.range.is_none() {
            return Err(self.error("needs its bounds: write `range = 0..=100`"));
        }
        Ok(())
    }

    fn check_boolean(&self) -> Result<()> {
        let Options { quantum, range, wrap, velocity, .. } = &self.options;
        if quantum.is_some() || range.is_some() || wrap.is_some() || velocity.is_some() {
            return Err(self.error("is a bool: remove `quantum`, `range`, `wrap` and `velocity`"));
        }
        Ok(())
    }

    /// An error at the field's name, which it begins with.
    pub(crate) fn error(&self, problem: &str) -> Error {
        self.error_at(&self.ident, problem)
    }

    /// An error somewhere in the field.
    pub(crate) fn error_at(&self, place: &impl Spanned, problem: &str) -> Error {
        Error::new(place.span(), format!("field `{}` {problem}", self.ident))
    }

    /// An error at the field's id.
    pub(crate) fn error_at_id(&self, problem: &str) -> Error {
        let span = self.options.id.map_or(self.ident.span(), |id| id.span);
        Error::new(span, format!("field `{}` {problem}", self.ident))
    }

    /// The `FieldSpec` of this field; `velocity` is the id of its velocity.
    pub(crate) fn spec(&self, velocity: Option<u8>) -> TokenStream {
        let Options { private, tolerance, .. } = &self.options;
        let kind = self.spec_of_kind();
        let private = private.map(|_| quote!(.private()));
        let velocity = velocity.map(|id| quote!(.moved_by(#id)));
        let tolerance = tolerance.as_ref().map(|quanta| {
            let quanta = typed(quanta, &parse_quote!(f64));
            quote_spanned!(self.ident.span()=> .tolerance(#quanta))
        });
        quote!(#kind #private #velocity #tolerance)
    }

    fn spec_of_kind(&self) -> TokenStream {
        let Field { ident, ty, kind, id, options } = self;
        let name = ident.to_string();
        let float: Type = parse_quote!(f64);
        let quantum = options.quantum.as_ref().map(|quantum| typed(quantum, &float));
        let wrap = options.wrap.as_ref().map(|wrap| typed(wrap, &float));
        let bounds = |ty| {
            let range = options.range.as_ref().expect("Field::new has seen to a range or a wrap");
            (typed(&range.low, ty), typed(&range.high, ty))
        };
        let spec = quote_spanned!(ident.span()=> ::skirmish_protocol::FieldSpec);
        match (kind, wrap) {
            (Kind::Boolean, _) => quote_spanned!(ident.span()=> #spec::boolean(#id, #name)),
            (Kind::Integer, _) => {
                let (low, high) = bounds(ty);
                quote_spanned!(ident.span()=> #spec::integer(#id, #name, #low as i64, #high as i64))
            }
            (Kind::Float, Some(wrap)) => {
                quote_spanned!(ident.span()=> #spec::cyclic(#id, #name, #quantum, #wrap))
            }
            (Kind::Float, None) => {
                let (low, high) = bounds(&float);
                quote_spanned!(ident.span()=> #spec::number(#id, #name, #quantum, #low, #high))
            }
        }
    }

    /// The value of this field out of the expression of its integer.
    pub(crate) fn value(&self, spec: &TokenStream, integer: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        match self.kind {
            Kind::Boolean => quote!(#integer != 0),
            _ => quote!(#spec.value_of(#integer) as #ty),
        }
    }
}

/// An expression of the attribute, so that one of another type is an error just there.
fn typed(expression: &Expr, ty: &Type) -> TokenStream {
    quote_spanned!(expression.span()=> { const VALUE: #ty = #expression; VALUE })
}

/// An array constant of the specs.
pub(crate) fn specs_constant(name: &Ident, specs: &[TokenStream]) -> TokenStream {
    let len = specs.len();
    quote!(const #name: [::skirmish_protocol::FieldSpec; #len] = [#(#specs),*];)
}

fn kind_of(ty: &Type) -> Option<Kind> {
    let Type::Path(path) = ty else { return None };
    let ident = path.path.get_ident()?.to_string();
    match ident.as_str() {
        "f32" | "f64" => Some(Kind::Float),
        "u8" | "u16" | "u32" | "i8" | "i16" | "i32" => Some(Kind::Integer),
        "bool" => Some(Kind::Boolean),
        _ => None,
    }
}
