//! Quiet property, papers, journeys, enterprises and dealings: what most people have, within every limit.

use chrono::{Days, Months, NaiveDate};
use dossier::Kind;

use super::family::yes;
use super::quiet::Writer;
use crate::enterprise::{association, company, credit_code};
use crate::row::cells;

impl Writer<'_> {
    fn ago(&mut self, least: u32, most: u32) -> NaiveDate {
        self.ground.as_of - Days::new(u64::from(self.rng.between(least, most)))
    }

    /// Two homes at the most, bought long ago at a fair price; parking beside them.
    pub(super) fn property(&mut self) {
        let homes = [0, 1, 1, 1, 1, 2][self.rng.index(6)];
        for _ in 0..homes {
            let owner =
                if self.home.marital == "已婚" && self.rng.chance(30) { "配偶" } else { "本人" };
            let way = *self.rng.pick(&["购买", "购买", "购买", "继承", "房改", "拆迁安置"]);
            let acquired = self.ago(1_200, 6_500);
            let sold = if self.rng.chance(5) { Some(self.ago(400, 1_000)) } else { None };
            self.holding(owner, "住宅", way, acquired, sold);
        }
        if homes > 0 && self.rng.chance(18) {
            let (place, acquired) = (*self.rng.pick(&["车位", "车库", "储藏间"]), self.ago(1_200, 4_000));
            self.holding("本人", place, "购买", acquired, None);
        }
    }

    /// One bought lately, by people whose declared income allows it.
    pub(super) fn late_purchase(&mut self) {
        let acquired = self.ago(60, 600);
        self.holding("本人", "住宅", "购买", acquired, None);
    }

    fn holding(&mut self, owner: &str, place: &str, way: &str, acquired: NaiveDate, sold: Option<NaiveDate>) {
        let home = place == "住宅";
        let reference = if home { self.rng.between(30, 140) } else { self.rng.between(5, 14) };
        let percent = self.rng.between(82, 118);
        let price = if way == "购买" { cents(reference * percent) } else { String::new() };
        let area = if home { self.rng.between(5_500, 16_500) } else { self.rng.between(600, 1_600) };
        let number = self.home.fresh_number();
        let door = self.rng.between(1, 260);
        let owner_name = if owner == "本人" { self.person.name.clone() } else { self.spouse_name() };
        let sold_at = self.rng.between(85, 122);
        let row = cells![
            "owner_relation": owner,
            "owner_name": owner_name,
            "title_no": format!("{}不动产权第{number:09}号", self.ground.area),
            "address": format!("{}建设路{door}号", self.ground.area),
            "area": cents(area),
            "use": place,
            "acquired_by": way,
            "acquired_on": acquired,
            "acquired_price": price,
            "reference_price": if way == "购买" { reference.to_string() } else { String::new() },
            "disposed_on": sold.map(|day| day.to_string()).unwrap_or_default(),
            "disposed_price": sold.filter(|_| way == "购买").map(|_| cents(reference * sold_at)).unwrap_or_default(),
            "source": self.rng.pick(&["申报", "不动产登记"]),
        ];
        self.home.add(Kind::Property, row);
    }

    fn spouse_name(&self) -> String {
        let spouse = self.home.rows.iter().find(|row| row.text("relation") == "配偶");
        spouse.map(|row| row.text("name").to_owned()).unwrap_or_default()
    }

    /// Papers in custody since a few days after their issue, or after the last journey.
    pub(super) fn papers(&mut self) {
        let passport = self.rng.chance(20);
        let permit = self.rng.chance(9);
        if !passport && !permit {
            return;
        }
        let returned = if passport && self.rng.chance(30) { Some(self.trip()) } else { None };
        // whoever travels has the passport alone: which paper a journey needed is then no question
        let permit = permit && returned.is_none();
        for (kind, letter) in [("普通护照", 'E'), ("往来港澳通行证", 'C')] {
            if (kind == "普通护照" && !passport) || (kind != "普通护照" && !permit) {
                continue;
            }
            let issued = self.ago(1_500, 3_300);
            let handed_in = returned.unwrap_or(issued) + Days::new(u64::from(self.rng.between(0, 9)));
            let number = self.home.fresh_number();
            // a cancelled one is nobody's to keep
            let cancelled = returned.is_none() && self.rng.chance(5);
            let row = cells![
                "type": kind,
                "number": format!("{letter}{number:08}"),
                "issued_on": issued,
                "valid_until": issued + Months::new(120),
                "status": if cancelled { *self.rng.pick(&["注销", "遗失已报"]) } else { "有效" },
                "handed_in_on": if cancelled { String::new() } else { handed_in.to_string() },
                "source": self.rng.pick(&["申报", "出入境"]),
            ];
            self.home.add(Kind::ExitDocument, row);
        }
        if self.rng.chance(4) {
            self.official_trip();
        }
    }

    /// A private journey as it was approved; gives back the day of return.
    fn trip(&mut self) -> NaiveDate {
        let departed = self.ago(60, 1_300);
        let returned = departed + Days::new(u64::from(self.rng.between(4, 14)));
        let place = *self.rng.pick(&["日本", "泰国", "新西兰", "法国；意大利", "马来西亚"]);
        let number = self.rng.between(1, 400);
        let row = cells![
            "departed_on": departed,
            "returned_on": returned,
            "destinations": place,
            "document_class": "因私",
            "approval_no": format!("外备〔{}〕{number}号", departed.format("%Y")),
            "approved_destinations": place,
            "approved_departure_on": departed - Days::new(u64::from(self.rng.between(0, 3))),
            "approved_return_on": returned + Days::new(u64::from(self.rng.between(0, 5))),
            "source": "出入境",
        ];
        self.home.add(Kind::Trip, row);
        returned
    }

    fn official_trip(&mut self) {
        let departed = self.ago(60, 1_300);
        let row = cells![
            "departed_on": departed,
            "returned_on": departed + Days::new(6),
            "destinations": "德国",
            "document_class": "因公",
            "source": "出入境",
        ];
        self.home.add(Kind::Trip, row);
    }

    /// The declared income of five years.
    pub(super) fn incomes(&mut self, last_year: i32) {
        let mut total = self.rng.between(2_000, 4_500);
        for back in 0..5 {
            let row = cells!["year": last_year - back, "declared_total": cents(total)];
            self.home.add(Kind::HouseholdIncome, row);
            total = total * self.rng.between(90, 99) / 100;
        }
    }

    /// Associations with approval and without pay, and what has ended.
    pub(super) fn concurrent_post(&mut self) {
        let number = self.home.fresh_number();
        let (from, year) = (self.ago(500, 1_500), self.ground.as_of.format("%Y").to_string());
        let approval = format!("组批〔{year}〕{}号", number % 300 + 1);
        let mut row = cells!["organization": association(&mut self.rng), "from": from, "source": "本人申报"];
        row.extend(match self.rng.below(4) {
            0 => cells![
                "organization_type": "社会团体", "title": "理事", "approval_no": approval,
                "approved_on": from - Days::new(20), "pay": 0, "term": 1,
            ],
            1 => cells![
                "organization_type": "企业", "title": "外部董事", "approval_no": approval,
                "approved_on": from - Days::new(20), "approved_until": self.ground.as_of + Months::new(9),
                "pay": 0, "term": 1,
            ],
            2 => cells!["organization_type": "商会", "title": "顾问", "until": from + Days::new(300)],
            _ => cells!["organization_type": "社会团体", "title": "会长", "ex_officio": "是"],
        });
        self.home.add(Kind::ConcurrentPost, row);
    }

    /// What is no business of an official: of parents and siblings, closed, in listed shares, as an employee.
    pub(super) fn business(&mut self) {
        let in_office = self.person.status == "在职";
        let (relation, role, status, listed) = match self.rng.below(6) {
            0 | 1 => ("父母", "个体工商户经营者", "存续", "否"),
            2 => ("兄弟姐妹", "股东", "在业", "否"),
            3 if in_office => ("本人", "股东", "存续", "是"),
            4 if self.home.marital == "已婚" => ("配偶", "普通雇员", "存续", "否"),
            5 if self.home.marital == "已婚" => ("配偶", "法定代表人", "注销", "否"),
            _ => ("父母", "股东", "注销", "否"),
        };
        let holder = self.holder(relation);
        let code = credit_code(self.home.fresh_number());
        let from = self.ago(900, 3_000);
        // struck off, and so at an end
        let until = if status == "注销" { (from + Days::new(500)).to_string() } else { String::new() };
        let row = cells![
            "holder_relation": relation,
            "holder_name": holder.0,
            "holder_id_number": holder.1,
            "enterprise": company(&mut self.rng),
            "credit_code": code,
            "enterprise_type": if role == "个体工商户经营者" { "个体工商户" } else { "有限责任公司" },
            "role": role,
            "share": if role == "股东" { "3" } else { "" },
            "enterprise_status": status,
            "registered_place": "云岭市江北区",
            "operating_place": "云岭市江北区",
            "industry": "园艺服务",
            "listed_stock": listed,
            "deals_with_unit": "否",
            "from": from,
            "until": until,
            "source": self.rng.pick(&["申报", "市场监管"]),
        ];
        self.home.add(Kind::BusinessInterest, row);
    }

    fn holder(&self, relation: &str) -> (String, String) {
        if relation == "本人" {
            return (self.person.name.clone(), self.person.id_number.clone().unwrap_or_default());
        }
        let in_family = match relation {
            "父母" => ["父亲", "母亲"],
            "配偶" => ["配偶", "配偶"],
            _ => ["兄弟姐妹", "兄弟姐妹"],
        };
        let found = self.home.rows.iter().find(|row| in_family.contains(&row.text("relation")));
        found.map_or_else(Default::default, |row| {
            (row.text("name").to_owned(), row.text("id_number").to_owned())
        })
    }

    /// Small sums, or with people who are not under supervision; what was borrowed has been given back.
    pub(super) fn dealing(&mut self) {
        let date = self.ago(100, 1_500);
        let (kind, supervised, most) = *self.rng.pick(&[
            ("借入", false, 40),
            ("借出", false, 30),
            ("借入", true, 9),
            ("借用车辆", true, 0),
        ]);
        let other = if supervised { company(&mut self.rng) } else { "亲友".to_owned() };
        let amount = if most == 0 { String::new() } else { self.rng.between(2, most).to_string() };
        let row = cells![
            "type": kind,
            "counterparty": other,
            "counterparty_supervised": yes(supervised),
            "amount": amount,
            "date": date,
            "until": date + Days::new(60),
        ];
        self.home.add(Kind::Dealing, row);
    }
}

/// 12345 hundredths as 123.45.
fn cents(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
