//! The rows of the plan in import form: Chinese headers, cells as text. The headers come from the
//! declarations of `dossier`, so that a column that is renamed there is renamed here.

use dossier::Kind;

use crate::persons::Person;
use crate::plan::Plan;
use crate::rng::Rng;

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
    fn new(kind: Kind) -> Self {
        let headers = kind.declaration().columns.iter().map(|column| column.header).collect();
        Self { kind, headers, rows: Vec::new() }
    }

    /// Adds a row of slug and text.
    fn push(&mut self, cells: &[(&str, String)]) {
        let columns = self.kind.declaration().columns;
        debug_assert!(
            cells.iter().all(|(slug, _)| columns.iter().any(|column| column.slug == *slug)),
            "{cells:?}"
        );
        let text = |slug: &str| cells.iter().find(|(name, _)| *name == slug).map(|(_, text)| text.clone());
        self.rows.push(columns.iter().map(|column| text(column.slug).unwrap_or_default()).collect());
    }
}

/// All tables that are filled in.
pub(crate) fn of(plan: &Plan) -> Vec<Table> {
    let mut tables = vec![offices(plan), units(plan), persons(plan), posts(plan)];
    for &kind in Kind::ALL {
        let mut table = Table::new(kind);
        for record in plan.records().iter().filter(|record| record.kind == kind) {
            table.push(&record.cells);
        }
        if !table.rows.is_empty() {
            tables.push(table);
        }
    }
    tables
}

fn offices(plan: &Plan) -> Table {
    let mut table = Table::new(Kind::Office);
    let offices = &plan.place().offices;
    for (number, office) in offices.iter().enumerate() {
        let parent = office.parent.map(|parent| offices[parent as usize].id.clone());
        table.push(&[
            ("id", office.id.clone()),
            ("name", office.name.clone()),
            ("parent", parent.unwrap_or_default()),
            ("emails", format!("office{}@jiandu.example", number + 1)),
            ("contact", format!("值班员{}", number + 1)),
            ("phone", format!("0799-88800{number:02}")),
        ]);
    }
    table
}

fn units(plan: &Plan) -> Table {
    let mut table = Table::new(Kind::Unit);
    let place = plan.place();
    for unit in &place.units {
        let parent = unit.parent.map(|parent| place.units[parent as usize].id.clone());
        table.push(&[
            ("id", unit.id.clone()),
            ("name", unit.name.clone()),
            ("aliases", unit.aliases.join("；")),
            ("parent", parent.unwrap_or_default()),
            ("category", unit.kind.category().to_owned()),
            ("office", place.offices[unit.office as usize].id.clone()),
            ("jurisdiction", unit.town.clone().unwrap_or_else(|| place.area.to_owned())),
        ]);
    }
    table
}

fn persons(plan: &Plan) -> Table {
    let mut table = Table::new(Kind::Person);
    for (number, person) in plan.persons().iter().enumerate() {
        let mut rng = Rng::stream(plan.seed(), "person cells", number as u64);
        let senior = person.posts.last().is_some_and(|post| post.leader);
        table.push(&[
            ("id", person.id.clone()),
            ("name", person.name.clone()),
            ("former_names", person.former.clone().unwrap_or_default()),
            ("id_number", person.id_number.clone().unwrap_or_default()),
            ("sex", if person.male { "男" } else { "女" }.to_owned()),
            ("birth", birth(&mut rng, person)),
            ("ethnicity", person.ethnicity.to_owned()),
            (
                "political_status",
                (*rng.pick(&["中共党员", "中共党员", "中共党员", "群众", "民革党员"])).to_owned(),
            ),
            ("native_place", plan.place().area.to_owned()),
            ("marital_status", (*rng.pick(&["已婚", "已婚", "已婚", "未婚", "离异", ""])).to_owned()),
            ("person_category", (*rng.pick(&["公务员", "事业编制", "国企管理人员", "其他"])).to_owned()),
            ("key_minority", if senior { "是" } else { "否" }.to_owned()),
            ("status", person.status.to_owned()),
            ("left_on", person.left_on.map(|day| day.to_string()).unwrap_or_default()),
            ("reporting_duty", if senior { "是" } else { "" }.to_owned()),
        ]);
    }
    table
}

/// The month of birth in one of the ways in which offices write it.
fn birth(rng: &mut Rng, person: &Person) -> String {
    let format = *rng.pick(&["%Y-%m", "%Y-%m", "%Y.%m", "%Y%m", "%Y年%m月", "%Y-%m-%d"]);
    person.birth.format(format).to_string()
}

fn posts(plan: &Plan) -> Table {
    let mut table = Table::new(Kind::Post);
    for person in plan.persons() {
        for (number, post) in person.posts.iter().enumerate() {
            table.push(&[
                ("id", format!("R{}-{}", &person.id[1..], number + 1)),
                ("person", person.id.clone()),
                ("unit", plan.place().units[post.unit as usize].id.clone()),
                ("title", post.title.to_owned()),
                ("rank", post.rank.to_owned()),
                ("from", post.from.to_string()),
                ("until", post.until.map(|day| day.to_string()).unwrap_or_default()),
                ("main_post", "是".to_owned()),
                ("appointment_type", if number == 0 { "任职" } else { "平级调整" }.to_owned()),
                ("leader", if post.leader { "是" } else { "否" }.to_owned()),
            ]);
        }
    }
    table
}
