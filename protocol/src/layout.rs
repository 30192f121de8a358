//! Which tables a schema's components have, and which columns.
//!
//! Invariant: layouts ascend by table id, columns by field id; a component has a public table always, a private one only if it
//! has private fields; a motion field's velocity is a plain column of the same table.
//! What the columns hold is in [`crate::wire_state`].

use crate::schema::{ComponentSchema, FieldSchema, Schema};

/// The columns of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableLayout {
    /// The id on the wire: twice the component's id, and one more for its private fields.
    pub table: u16,
    /// Index of the component in the schema.
    pub component: usize,
    /// Whether it holds the private fields.
    pub private: bool,
    /// One for each field of that privacy, in ascending order of field id.
    pub columns: Vec<ColumnLayout>,
}

/// One field's column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnLayout {
    /// Index of the field in its component.
    pub field: usize,
    /// The smallest integer.
    pub min: i32,
    /// The largest integer.
    pub max: i32,
    /// The modulus of a cyclic field.
    pub wrap: Option<u32>,
    /// How a motion field moves.
    pub motion: Option<MotionLayout>,
    /// How far, in quanta, a motion field may lie from its prediction.
    pub tolerance: f64,
}

/// Where a motion field's velocity is, and what it means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionLayout {
    /// The velocity's column in the same table.
    pub velocity_column: usize,
    /// The value of 1 in the position's column.
    pub position_quantum: f64,
    /// The value of 1 in the velocity's column, per second.
    pub velocity_quantum: f64,
}

impl Schema {
    /// The tables of every component. The schema must have passed [`Schema::check`].
    pub fn layouts(&self) -> Vec<TableLayout> {
        let mut layouts = Vec::new();
        for (component, schema) in self.components.iter().enumerate() {
            for private in [false, true] {
                let columns = columns(schema, private);
                if !private || !columns.is_empty() {
                    let table = u16::from(schema.id) * 2 + u16::from(private);
                    layouts.push(TableLayout { table, component, private, columns });
                }
            }
        }
        layouts
    }
}

fn columns(component: &ComponentSchema, private: bool) -> Vec<ColumnLayout> {
    let fields = component.fields.iter().enumerate();
    let of_table: Vec<(usize, &FieldSchema)> = fields.filter(|(_, field)| field.private == private).collect();
    let motion = |position: &FieldSchema| {
        let id = position.velocity?;
        let column = of_table.iter().position(|(_, field)| field.id == id);
        let velocity_column = column.expect("Schema::check finds each velocity in its field's table");
        Some(MotionLayout {
            velocity_column,
            position_quantum: position.quantum,
            velocity_quantum: of_table[velocity_column].1.quantum,
        })
    };
    let layout = |&(index, field): &(usize, &FieldSchema)| ColumnLayout {
        field: index,
        min: field.min,
        max: field.max,
        wrap: field.wrap,
        motion: motion(field),
        tolerance: field.tolerance,
    };
    of_table.iter().map(layout).collect()
}
