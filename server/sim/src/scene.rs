//! How a match looks from above, for people who did not write the game: which entities are bodies, where they are and how large, and which are walls.
//!
//! A game need not say any of it: whatever has the fields `x` and `y` is a body, and with `w` and `h` it is a box. Invariant: what is named here is in the
//! schema. Nothing in a match reads it; who draws is not here.

use serde::Serialize;
use skirmish_protocol::{ComponentSchema, Schema};
use thiserror::Error;

/// A number of a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Measure {
    /// This one, in units.
    Units(f32),
    /// What this field of the only entity with this component says.
    Field {
        /// The component.
        component: String,
        /// The field.
        field: String,
    },
}

impl Measure {
    /// What this field of the only entity with this component says.
    pub fn of(component: &str, field: &str) -> Measure {
        Measure::Field { component: component.to_owned(), field: field.to_owned() }
    }
}

/// A kind of bodies: entities with a component.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Body {
    /// The component that makes one.
    pub component: String,
    /// The component that says where it is.
    pub place: String,
    /// That one's field for the place along the first axis.
    pub x: String,
    /// And along the second.
    pub y: String,
    /// What it touches within.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<Measure>,
    /// The field of `component` that says whose it is, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// The field of `component`, true or false, without which it is not there, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

impl Body {
    /// Entities with this component, in whose fields `x` and `y` they are.
    pub fn new(component: &str) -> Body {
        let [place, x, y] = [component, "x", "y"].map(str::to_owned);
        Body { component: component.to_owned(), place, x, y, radius: None, seat: None, when: None }
    }

    /// Another component's fields `x` and `y` say where they are.
    #[must_use]
    pub fn placed_by(mut self, component: &str) -> Body {
        component.clone_into(&mut self.place);
        self
    }

    /// They touch within this distance.
    #[must_use]
    pub fn radius(mut self, radius: Measure) -> Body {
        self.radius = Some(radius);
        self
    }

    /// This field says whose they are.
    #[must_use]
    pub fn seat(mut self, field: &str) -> Body {
        self.seat = Some(field.to_owned());
        self
    }

    /// They are there only while this field is true.
    #[must_use]
    pub fn when(mut self, field: &str) -> Body {
        self.when = Some(field.to_owned());
        self
    }
}

/// A kind of rectangles: entities with a component, whose fields say where a corner is and how large they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Boxes {
    /// The component.
    pub component: String,
    /// The field for the corner's place along the first axis.
    pub x: String,
    /// And along the second.
    pub y: String,
    /// The field for the size along the first axis.
    pub w: String,
    /// And along the second.
    pub h: String,
}

impl Boxes {
    /// Entities with this component, in fields `x`, `y`, `w` and `h`.
    pub fn new(component: &str) -> Boxes {
        let [x, y, w, h] = ["x", "y", "w", "h"].map(str::to_owned);
        Boxes { component: component.to_owned(), x, y, w, h }
    }
}

/// How a match looks from above.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scene {
    /// Where it all is: the least x and y, and the greatest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[Measure; 4]>,
    /// What moves in it.
    pub bodies: Vec<Body>,
    /// What stands in it.
    pub boxes: Vec<Boxes>,
}

/// A scene that names what is not replicated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("scene: there is no field `{field}` of a component `{component}`")]
pub struct SceneError {
    /// The component.
    pub component: String,
    /// The field.
    pub field: String,
}

impl Scene {
    /// The scene of a game that says nothing of it.
    pub(crate) fn usual(schema: &Schema) -> Scene {
        let placed = schema.components.iter().filter(|component| has(component, "x") && has(component, "y"));
        let (boxes, bodies): (Vec<_>, Vec<_>) =
            placed.partition(|component| has(component, "w") && has(component, "h"));
        Scene {
            bounds: None,
            bodies: bodies.into_iter().map(|component| Body::new(&component.name)).collect(),
            boxes: boxes.into_iter().map(|component| Boxes::new(&component.name)).collect(),
        }
    }

    /// Whether all that it names is there.
    pub(crate) fn check(&self, schema: &Schema) -> Result<(), SceneError> {
        let measures = self.bounds.iter().flatten().chain(self.bodies.iter().filter_map(|body| body.radius.as_ref()));
        let measures = measures.filter_map(|measure| match measure {
            Measure::Units(_) => None,
            Measure::Field { component, field } => Some((component, field)),
        });
        let bodies = self.bodies.iter().flat_map(|Body { component, place, x, y, seat, when, .. }| {
            let own = seat.iter().chain(when).map(move |field| (component, field));
            [(place, x), (place, y)].into_iter().chain(own)
        });
        let boxes =
            self.boxes.iter().flat_map(|Boxes { component, x, y, w, h }| [x, y, w, h].map(|field| (component, field)));
        for (component, field) in measures.chain(bodies).chain(boxes) {
            let known = schema.components.iter().find(|known| known.name == *component);
            if !known.is_some_and(|known| has(known, field)) {
                return Err(SceneError { component: component.clone(), field: field.clone() });
            }
        }
        Ok(())
    }
}

fn has(component: &ComponentSchema, field: &str) -> bool {
    component.fields.iter().any(|known| known.name == field)
}
