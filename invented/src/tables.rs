//! The rows of the plan in import form: Chinese headers, cells as text. The headers come from the
//! declarations of `dossier`, so that a column that is renamed there is renamed here.

use std::convert::Infallible;

use dossier::Kind;

use crate::persons::Person;
use crate::plan::Plan;
use crate::rng::Rng;
use crate::row::{Cell, cells, text};
use crate::units::{Office, Unit};

/// One table: a sheet or a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The kind of its rows.
    pub kind: Kind,
    /// Chinese headers of all columns of the kind.
    pub headers: Vec<&'static str>,
    /// Cells in the order of the headers; empty for unknown.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(kind: Kind) -> Self {
        let headers = kind.declaration().columns.iter().map(|column| column.header).collect();
        Self { kind, headers, rows: Vec::new() }
    }
}

/// All tables, in memory.
pub(crate) fn of(plan: &Plan) -> Vec<Table> {
    let mut tables: Vec<Table> =
        Kind::ALL.iter().filter(|kind| **kind != Kind::Text).map(|&kind| Table::new(kind)).collect();
    let Ok(()) = each_row(plan, |kind, row| {
        if let Some(table) = tables.iter_mut().find(|table| table.kind == kind) {
            table.rows.push(row);
        }
        Ok::<(), Infallible>(())
    });
    tables.retain(|table| !table.rows.is_empty());
    tables
}

/// Gives every row to `take`, cell by cell in the order of the headers: those of one table in their order, the
/// tables mixed. Nothing is kept, so that the size of an office does not matter.
pub(crate) fn each_row<E>(
    plan: &Plan,
    mut take: impl FnMut(Kind, Vec<String>) -> Result<(), E>,
) -> Result<(), E> {
    for (kind, cells) in offices(plan).into_iter().chain(units(plan)) {
        take(kind, in_order(kind, &cells))?;
    }
    for (index, person) in (0_u32..).zip(plan.persons()) {
        let home = plan.household(index);
        take(Kind::Person, in_order(Kind::Person, &person_cells(plan, index, person, home.marital)))?;
        for at in 0..person.posts.len() {
            take(Kind::Post, in_order(Kind::Post, &post_cells(plan, person, at)))?;
        }
        for row in &home.rows {
            take(row.kind, in_order(row.kind, &row.cells))?;
        }
    }
    for record in plan.records() {
        take(record.kind, in_order(record.kind, &record.cells))?;
    }
    for row in plan.unit_rows() {
        take(row.kind, in_order(row.kind, &row.cells))?;
    }
    Ok(())
}

/// The cells of a row in the order of the headers of its table.
fn in_order(kind: Kind, cells: &[Cell]) -> Vec<String> {
    let columns = kind.declaration().columns;
    debug_assert!(
        cells.iter().all(|(slug, _)| columns.iter().any(|column| column.slug == *slug)),
        "{kind} {cells:?}"
    );
    columns.iter().map(|column| text(cells, column.slug).to_owned()).collect()
}

fn offices(plan: &Plan) -> Vec<(Kind, Vec<Cell>)> {
    let offices = &plan.place().offices;
    let row = |(number, office): (usize, &Office)| {
        let parent = office.parent.map(|parent| offices[parent as usize].id.clone());
        let cells = cells![
            "id": office.id,
            "name": office.name,
            "parent": parent.unwrap_or_default(),
            "emails": format!("office{}@jiandu.example", number + 1),
            "contact": format!("值班员{}", number + 1),
            "phone": format!("0799-88800{number:02}"),
        ];
        (Kind::Office, cells)
    };
    offices.iter().enumerate().map(row).collect()
}

fn units(plan: &Plan) -> Vec<(Kind, Vec<Cell>)> {
    let place = plan.place();
    let row = |unit: &Unit| {
        let parent = unit.parent.map(|parent| place.units[parent as usize].id.clone());
        let cells = cells![
            "id": unit.id,
            "name": unit.name,
            "aliases": unit.aliases.join("；"),
            "parent": parent.unwrap_or_default(),
            "category": unit.kind.category(),
            "office": place.offices[unit.office as usize].id,
            "regulated_industries": unit.industries.join("；"),
            "jurisdiction": unit.jurisdiction(place.area),
        ];
        (Kind::Unit, cells)
    };
    place.units.iter().map(row).collect()
}

fn person_cells(plan: &Plan, index: u32, person: &Person, marital: &str) -> Vec<Cell> {
    let mut rng = Rng::stream(plan.seed(), "person cells", index.into());
    let senior = person.posts.last().is_some_and(|post| post.leader);
    cells![
        "id": person.id,
        "name": person.name,
        "former_names": person.former.clone().unwrap_or_default(),
        "id_number": person.id_number.clone().unwrap_or_default(),
        "sex": if person.male { "男" } else { "女" },
        "birth": birth(&mut rng, person),
        "ethnicity": person.ethnicity,
        "political_status": rng.pick(&["中共党员", "中共党员", "中共党员", "群众", "民革党员"]),
        "native_place": plan.place().area,
        "marital_status": marital,
        "person_category": rng.pick(&["公务员", "事业编制", "国企管理人员", "其他"]),
        "key_minority": yes(senior),
        "status": person.status,
        "left_on": person.left_on.map(|day| day.to_string()).unwrap_or_default(),
        "reporting_duty": person.duty.map_or("", yes),
    ]
}

fn yes(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

/// The month of birth in one of the ways in which offices write it; the day where something hangs on it.
fn birth(rng: &mut Rng, person: &Person) -> String {
    let format = *rng.pick(&["%Y-%m", "%Y-%m", "%Y.%m", "%Y%m", "%Y年%m月", "%Y-%m-%d"]);
    person.birth.format(if person.born_exactly { "%Y-%m-%d" } else { format }).to_string()
}

fn post_cells(plan: &Plan, person: &Person, at: usize) -> Vec<Cell> {
    let post = &person.posts[at];
    let superior = post.superior.map(|superior| plan.persons()[superior as usize].id.clone());
    cells![
        "id": person.post_id(at),
        "person": person.id,
        "unit": plan.place().units[post.unit as usize].id,
        "title": post.title,
        "rank": post.rank,
        "from": post.from,
        "until": post.until.map(|day| day.to_string()).unwrap_or_default(),
        "main_post": yes(post.main),
        "appointment_type": post.appointment,
        "leader": yes(post.leader),
        "restricted": yes(post.restricted),
        "key_post": yes(post.key),
        "functions": post.functions,
        "superior": superior.unwrap_or_default(),
        "rotation_exempt": if post.exempt { "是" } else { "" },
    ]
}
