//! A checked schema with the layouts of its tables, computed once and shared by everyone who encodes or decodes state.
//!
//! Invariant: layouts stand in ascending order of table id, and every list of tables in this crate stands in that same order;
//! the velocity column of a motion field is a plain column of the same table.
//! The schema's rules are not here but in [`crate::schema`], the layouts in [`crate::layout`].

use crate::layout::TableLayout;
use crate::schema::{FieldSchema, Schema};
use crate::schema_check::SchemaError;

/// What must be known about a schema to read and write its wire state.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    schema: Schema,
    layouts: Vec<TableLayout>,
}

impl Plan {
    /// Checks the schema and lays its tables out.
    ///
    /// # Errors
    /// What [`Schema::check`] finds wrong.
    pub fn new(schema: &Schema) -> Result<Self, SchemaError> {
        Self::owning(schema.clone())
    }

    pub(crate) fn owning(schema: Schema) -> Result<Self, SchemaError> {
        schema.check()?;
        let layouts = schema.layouts();
        Ok(Self { schema, layouts })
    }

    /// The schema this was made from.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// One layout for each table, in ascending order of table id.
    pub fn layouts(&self) -> &[TableLayout] {
        &self.layouts
    }

    /// The schema of a column's field.
    pub fn field(&self, layout: &TableLayout, column: usize) -> &FieldSchema {
        &self.schema.components[layout.component].fields[layout.columns[column].field]
    }

    /// Where a component's public table stands among the layouts.
    pub fn public_table(&self, component: &str) -> Option<usize> {
        self.layouts
            .iter()
            .position(|layout| !layout.private && self.schema.components[layout.component].name == component)
    }

    /// Where a field is held: its table's place among the layouts, and its column there.
    pub fn column(&self, component: &str, field: &str) -> Option<(usize, usize)> {
        let of_component = |layout: &TableLayout| self.schema.components[layout.component].name == component;
        self.layouts.iter().enumerate().filter(|(_, layout)| of_component(layout)).find_map(|(table, layout)| {
            let column = (0..layout.columns.len()).find(|&column| self.field(layout, column).name == field)?;
            Some((table, column))
        })
    }
}
