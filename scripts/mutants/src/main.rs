//! Rewrites Rust sources so that each of many small changes can be switched on by a number: `MUTANT=17 test`. All mutants
//! are compiled at once, so that a run of each costs only its tests. Arguments: the file that is to hold the switch, then
//! the sources; on stdout, one line a mutant, parted by tabs: number, file and line, what is changed, the line itself.
//!
//! What is changed: comparisons, `&&` and `||`, `!`, conditions, days (`past`/`reached`, `ended`, `begun`), `any`/`all`,
//! severities, each word of a `matches!`, and `return` and `continue` that stand alone. Tests are left as they are.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, Item, Stmt, UnOp, parse_quote};

/// The switch: which mutant is on.
const SWITCH: &str = "//! Which mutant is on.\npub(crate) fn on(number: u32) -> bool {\n    \
    static ON: std::sync::OnceLock<u32> = std::sync::OnceLock::new();\n    \
    *ON.get_or_init(|| std::env::var(\"MUTANT\").ok().and_then(|text| text.parse().ok()).unwrap_or(0)) == number\n}\n";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let switch = arguments.next().expect("the file of the switch");
    std::fs::write(switch, SWITCH).expect("writing the switch");
    let mut rewriting = Rewriting { number: 0, file: String::new(), lines: Vec::new() };
    for path in arguments {
        let source = std::fs::read_to_string(&path).expect("reading a source");
        let mut file = syn::parse_file(&source).expect("parsing a source");
        // the folder tells the files of one name apart
        let parts: Vec<&str> = path.rsplit('/').take(2).collect();
        rewriting.file = parts.into_iter().rev().collect::<Vec<_>>().join("/");
        rewriting.lines = source.lines().map(|line| line.trim().to_owned()).collect();
        rewriting.visit_file_mut(&mut file);
        std::fs::write(&path, file.into_token_stream().to_string()).expect("writing a source");
    }
}

struct Rewriting {
    number: u32,
    file: String,
    lines: Vec<String>,
}

impl Rewriting {
    fn next(&mut self, at: Span, what: &str) -> u32 {
        self.number += 1;
        let line = at.start().line;
        let text = self.lines.get(line.saturating_sub(1)).map_or("", String::as_str);
        println!("{}\t{}:{line}\t{what}\t{text}", self.number, self.file);
        self.number
    }

    /// `old`, or `new` where the mutant is on.
    fn either(&mut self, old: &Expr, new: &TokenStream, at: Span, what: &str) -> Expr {
        let number = self.next(at, what);
        parse_quote!((if crate::mutant::on(#number) { #new } else { #old }))
    }
}

/// Whether `let` stands in it, so that it cannot be moved into a branch.
fn binds(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        Expr::Paren(paren) => binds(&paren.expr),
        _ => false,
    }
}

fn other(op: &BinOp) -> Option<(TokenStream, &'static str)> {
    Some(match op {
        BinOp::Lt(_) => (quote!(<=), "< to <="),
        BinOp::Le(_) => (quote!(<), "<= to <"),
        BinOp::Gt(_) => (quote!(>=), "> to >="),
        BinOp::Ge(_) => (quote!(>), ">= to >"),
        BinOp::Eq(_) => (quote!(!=), "== to !="),
        BinOp::Ne(_) => (quote!(==), "!= to =="),
        BinOp::And(_) => (quote!(||), "&& to ||"),
        BinOp::Or(_) => (quote!(&&), "|| to &&"),
        _ => return None,
    })
}

fn other_method(name: &str) -> Option<&'static str> {
    Some(match name {
        "past" => "reached",
        "reached" => "past",
        "any" => "all",
        "all" => "any",
        "is_some" => "is_none",
        "is_none" => "is_some",
        "is_some_and" | "is_none_or" => return None,
        "first_day" => "last_day",
        "last_day" => "first_day",
        _ => return None,
    })
}

impl VisitMut for Rewriting {
    fn visit_item_mut(&mut self, item: &mut Item) {
        let attributes = match item {
            Item::Mod(module) => &module.attrs,
            Item::Const(_) | Item::Static(_) | Item::Macro(_) | Item::Use(_) => return,
            Item::Fn(function) => &function.attrs,
            _ => return visit_mut::visit_item_mut(self, item),
        };
        if attributes.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            return;
        }
        if let Item::Fn(function) = item
            && function.sig.constness.is_some()
        {
            return;
        }
        visit_mut::visit_item_mut(self, item);
    }

    /// A `return` or a `continue` that stands alone in its block is left out.
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        visit_mut::visit_block_mut(self, block);
        if let [Stmt::Expr(expr @ (Expr::Continue(_) | Expr::Return(syn::ExprReturn { expr: None, .. })), Some(_))] =
            block.stmts.as_slice()
        {
            let number = self.next(expr.span(), "the guard is dropped");
            block.stmts = vec![parse_quote!(if !crate::mutant::on(#number) { #expr; })];
        }
    }

    /// What follows `else` of a `let` must leave.
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        // of what is rewritten inside, the place is lost
        let at = expr.span();
        visit_mut::visit_expr_mut(self, expr);
        match expr {
            Expr::Binary(binary) if !binds(&binary.left) && !binds(&binary.right) => {
                if let Some((op, what)) = other(&binary.op) {
                    let (left, right) = (binary.left.clone(), binary.right.clone());
                    let old = Expr::Binary(binary.clone());
                    *expr = self.either(&old, &quote!(#left #op #right), at, what);
                }
            }
            Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
                let inner = unary.expr.clone();
                let old = Expr::Unary(unary.clone());
                *expr = self.either(&old, &quote!(#inner), at, "! is dropped");
            }
            Expr::MethodCall(call) => {
                if let Some(name) = other_method(&call.method.to_string()) {
                    let mut new = call.clone();
                    let what = format!("{} to {name}", call.method);
                    new.method = syn::Ident::new(name, call.method.span());
                    let at = call.method.span();
                    let old = Expr::MethodCall(call.clone());
                    *expr = self.either(&old, &new.into_token_stream(), at, &what);
                }
            }
            Expr::Path(path) => {
                let text = path.to_token_stream().to_string();
                let swapped = match text.as_str() {
                    "Severity :: High" => quote!(Severity::Low),
                    "Severity :: Medium" => quote!(Severity::High),
                    "Severity :: Low" => quote!(Severity::High),
                    _ => return,
                };
                let old = Expr::Path(path.clone());
                *expr = self.either(&old, &swapped, at, "another severity");
            }
            Expr::Macro(call) if call.mac.path.is_ident("matches") => {
                for without in without_each(&call.mac.tokens) {
                    let old = expr.clone();
                    let what = format!("matches without {}", without.0);
                    let tokens = without.1;
                    *expr = self.either(&old, &quote!(matches!(#tokens)), at, &what);
                }
            }
            _ => {}
        }
    }
}

/// The arguments of a `matches!` without one of its alternatives, for each of them.
fn without_each(tokens: &TokenStream) -> Vec<(String, TokenStream)> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let comma = all.iter().position(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
    let Some(comma) = comma else { return Vec::new() };
    let (head, pattern) = (&all[..comma], &all[comma + 1..]);
    // alternatives stand at the top, or inside one `Some(…)`
    let inside = match pattern {
        [TokenTree::Ident(some), TokenTree::Group(group)] if some == "Some" => Some(group.stream()),
        _ => None,
    };
    let alternatives: Vec<TokenTree> = match &inside {
        Some(stream) => stream.clone().into_iter().collect(),
        None => pattern.to_vec(),
    };
    let parts: Vec<Vec<TokenTree>> = alternatives
        .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '|'))
        .map(<[TokenTree]>::to_vec)
        .collect();
    if parts.len() < 2 || pattern.iter().any(|token| token.to_string() == "if") {
        return Vec::new();
    }
    (0..parts.len())
        .map(|left_out| {
            let rest = parts.iter().enumerate().filter(|(place, _)| *place != left_out);
            let mut kept = TokenStream::new();
            for (number, (_, part)) in rest.enumerate() {
                if number > 0 {
                    kept.extend(quote!(|));
                }
                kept.extend(part.iter().cloned());
            }
            let head: TokenStream = head.iter().cloned().collect();
            let pattern = if inside.is_some() { quote!(Some(#kept)) } else { kept };
            let name = parts[left_out].iter().cloned().collect::<TokenStream>().to_string();
            (name, quote!(#head, #pattern))
        })
        .collect()
}
