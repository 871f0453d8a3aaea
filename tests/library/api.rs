//! The public interface of the library is the one in `api.txt`, so a review sees every change of a public name or
//! signature.
//!
//! The interface is read from the source text: the items that users can name, without bodies, documentation and private
//! fields, and the implementations of public types and traits.

use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs, path};

use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, Field, Fields, ImplItem, Item, ItemImpl, ItemMacro, ItemStruct, Macro, Path, Type, UseTree,
    Visibility, parse_quote,
};

/// The modules that lead to a module or to an item, and its name, from the root of the crate.
type Location = Vec<String>;

type Library = BTreeMap<Location, Module>;

/// Returns the text of a module.
type Text<'a> = dyn Fn(&[String]) -> String + 'a;

#[derive(Default)]
struct Module {
    /// Whether users can name the module.
    is_public: bool,
    bindings: Vec<Binding>,
    /// The items that are neither modules nor imports, with their names. The name of an `impl` block is empty.
    items: Vec<(String, Item)>,
}

/// A name in a module, and the path of the item that it means there.
#[derive(Clone)]
struct Binding {
    name: String,
    path: Location,
    is_public: bool,
    conditions: Vec<Attribute>,
}

/// Reduces an item to its interface. Values are kept as they are.
struct Interface;

impl VisitMut for Interface {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(is_kept);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        block.stmts.clear();
    }

    fn visit_expr_mut(&mut self, _: &mut Expr) {}

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        let of_trait = item.trait_.is_some();
        item.items.retain(|inner| match inner {
            ImplItem::Fn(inner) => !of_trait && is_public(&inner.vis) && !is_left_out(&inner.attrs),
            ImplItem::Const(inner) => (of_trait || is_public(&inner.vis)) && !is_left_out(&inner.attrs),
            _ => true,
        });
        visit_mut::visit_item_impl_mut(self, item);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        hide_private_fields(&mut item.fields);
        visit_mut::visit_item_struct_mut(self, item);
    }
}

/// One field stands for all private fields of a struct. In a tuple, the type of a private field is `_`.
fn hide_private_fields(fields: &mut Fields) {
    let is_private = |field: &Field| !is_public(&field.vis) || is_left_out(&field.attrs);
    match fields {
        Fields::Named(fields) if fields.named.iter().any(is_private) => {
            fields.named = fields.named.iter().filter(|field| !is_private(field)).cloned().collect();
            fields.named.push(parse_quote!(private_fields: _));
        }
        Fields::Unnamed(fields) => {
            for field in fields.unnamed.iter_mut().filter(|field| is_private(field)) {
                (field.vis, field.ty) = (Visibility::Inherited, parse_quote!(_));
            }
        }
        _ => {}
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether the attribute belongs to the interface.
fn is_kept(attribute: &Attribute) -> bool {
    let names = ["cfg", "cfg_attr", "derive", "macro_export", "must_use", "non_exhaustive"];
    names.iter().any(|name| attribute.path().is_ident(name))
}

/// Whether the item exists only in tests, or is hidden from the documentation.
fn is_left_out(attributes: &[Attribute]) -> bool {
    let left_out = [parse_quote!(#[cfg(test)]), parse_quote!(#[cfg(doctest)]), parse_quote!(#[doc(hidden)])];
    attributes.iter().any(|attribute| left_out.contains(attribute))
}

/// The name of an item, which is empty for an item without a name, its visibility, and its attributes.
fn head(item: &mut Item) -> (String, &Visibility, &mut Vec<Attribute>) {
    let private = &Visibility::Inherited;
    match item {
        Item::Const(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Enum(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Fn(item) => (item.sig.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Impl(item) => (String::new(), private, &mut item.attrs),
        Item::Macro(item) => (item.ident.iter().map(ToString::to_string).collect(), private, &mut item.attrs),
        Item::Mod(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Static(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Struct(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Trait(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Type(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Union(item) => (item.ident.to_string(), &item.vis, &mut item.attrs),
        Item::Use(item) => (String::new(), &item.vis, &mut item.attrs),
        other => panic!("the collector does not read this kind of item: {other:?}"),
    }
}

/// Adds the names that a `use` item brings into its module.
fn add_imports(tree: &UseTree, mut import: Binding, bindings: &mut Vec<Binding>) {
    let (name, alias) = match tree {
        UseTree::Path(tree) => {
            import.path.push(tree.ident.to_string());
            return add_imports(&tree.tree, import, bindings);
        }
        UseTree::Group(tree) => {
            return tree.items.iter().for_each(|tree| add_imports(tree, import.clone(), bindings));
        }
        UseTree::Name(tree) => (&tree.ident, &tree.ident),
        UseTree::Rename(tree) => (&tree.ident, &tree.rename),
        UseTree::Glob(_) => panic!("the collector does not read `use {}::*`", import.path.join("::")),
    };
    if name != "self" {
        import.path.push(name.to_string());
    }
    import.name = if alias == "self" { import.path.last().cloned().unwrap_or_default() } else { alias.to_string() };
    bindings.push(import);
}

fn joined(module: &[String], name: &str) -> Location {
    [module, &[name.to_owned()]].concat()
}

fn first_token(invocation: &Macro) -> String {
    invocation.tokens.clone().into_iter().next().map_or_else(String::new, |token| token.to_string())
}

/// The type and the trait of an implementation. A macro implements traits for the type in its first argument.
fn subjects(item: &Item) -> [Option<Path>; 2] {
    match item {
        Item::Impl(ItemImpl { trait_: None, items, .. }) if items.is_empty() => [None, None],
        Item::Impl(item) => {
            let of = if let Type::Reference(of) = &*item.self_ty { &of.elem } else { &item.self_ty };
            let of = if let Type::Path(of) = &**of { Some(of.path.clone()) } else { None };
            [of, item.trait_.clone().map(|(.., path, _)| path)]
        }
        Item::Macro(item) => [syn::parse_str(&first_token(&item.mac)).ok(), None],
        _ => [None, None],
    }
}

/// Adds the conditions that are not yet among the attributes.
fn add_conditions(attributes: &mut Vec<Attribute>, conditions: &[Attribute]) {
    let missing: Vec<_> = conditions.iter().filter(|condition| !attributes.contains(condition)).cloned().collect();
    attributes.splice(0..0, missing);
}

fn printed(mut item: Item, conditions: &[Attribute]) -> String {
    add_conditions(head(&mut item).2, conditions);
    let mut file = syn::parse_file("").expect("an empty file is valid");
    file.items.push(item);
    let text = prettyplease::unparse(&file).replace("private_fields: _,", "..");
    // `mut` before an argument concerns the body only.
    text.replace("(mut ", "(").replace(", mut ", ", ").replace("    mut ", "    ")
}

/// Adds the items of a module and of its children.
fn add(library: &mut Library, at: &[String], items: Vec<Item>, conditions: &[Attribute], text: &Text) {
    for mut item in items {
        let (name, visibility, attributes) = head(&mut item);
        if is_left_out(attributes) {
            continue;
        }
        let is_exported = attributes.iter().any(|attribute| attribute.path().is_ident("macro_export"));
        let is_public = is_public(visibility) || is_exported;
        attributes.retain(is_kept);
        add_conditions(attributes, conditions);
        let module = library.get_mut(at).expect("a module is added before its items");
        match item {
            Item::Mod(child) => {
                let (inner, is_public) = (joined(at, &name), is_public && module.is_public);
                let items = child.content.map_or_else(|| parsed(&inner, text), |(_, items)| items);
                library.insert(inner.clone(), Module { is_public, ..Module::default() });
                add(library, &inner, items, &child.attrs, text);
            }
            Item::Use(item) => {
                let import = Binding { name, path: vec![], is_public, conditions: item.attrs };
                add_imports(&item.tree, import, &mut module.bindings);
            }
            mut item => {
                Interface.visit_item_mut(&mut item);
                module.items.push((name.clone(), item));
                // An exported macro is a name in the root of the crate.
                let (holder, path) = if is_exported { (&[][..], joined(at, &name)) } else { (at, vec![name.clone()]) };
                let holder = library.get_mut(holder).expect("the root is a module");
                holder.bindings.push(Binding { name, path, is_public, conditions: vec![] });
            }
        }
    }
}

fn parsed(at: &[String], text: &Text) -> Vec<Item> {
    syn::parse_file(&text(at)).unwrap_or_else(|error| panic!("the module `{}`: {error}", at.join("::"))).items
}

/// The location of the item that a path in a module means; `None` for an item of another crate.
fn resolve(library: &Library, at: &[String], path: &[String]) -> Option<Location> {
    let (first, rest) = path.split_first()?;
    let (module, inner) = (&library[at], joined(at, first));
    let is_module = library.contains_key(&inner);
    match first.as_str() {
        "crate" => return resolve(library, &[], rest),
        "self" => return resolve(library, at, rest),
        "super" => return resolve(library, &at[..at.len() - 1], rest),
        _ if rest.is_empty() && module.items.iter().any(|(name, _)| name == first) => return Some(inner),
        _ if is_module && !rest.is_empty() => return resolve(library, &inner, rest),
        _ => {}
    }
    let mut imports = module.bindings.iter().filter(|import| import.name == *first);
    imports.find_map(|import| {
        let leads_on = is_module || import.path[0] != *first;
        leads_on.then(|| resolve(library, at, &[&import.path, rest].concat())).flatten()
    })
}

/// The locations and the text of the items that users can name, by their public paths.
fn exports(library: &Library) -> BTreeMap<String, (BTreeSet<Location>, BTreeSet<String>)> {
    let mut exports: BTreeMap<_, (BTreeSet<_>, BTreeSet<_>)> = BTreeMap::new();
    for (at, module) in library.iter().filter(|(_, module)| module.is_public) {
        for binding in module.bindings.iter().filter(|binding| binding.is_public) {
            let (locations, texts) = exports.entry(joined(at, &binding.name).join("::")).or_default();
            if let Some(location) = resolve(library, at, &binding.path) {
                let (own_name, inner) = location.split_last().expect("a location has a name");
                // A type and a function may have the same name, and an item may differ between builds.
                let items = library[inner].items.iter().filter(|(name, _)| name == own_name);
                texts.extend(items.map(|(_, item)| printed(item.clone(), &binding.conditions)));
                locations.insert(location);
            } else {
                texts.insert(foreign(library, at, binding));
            }
        }
    }
    exports
}

/// A re-export of another crate.
fn foreign(library: &Library, at: &[String], Binding { name, path, conditions, .. }: &Binding) -> String {
    let is_own = matches!(&*path[0], "crate" | "self" | "super") || library.contains_key(&joined(at, &path[0]));
    assert!(!is_own, "`pub use {}` in the module `{}` leads to no item", path.join("::"), at.join("::"));
    let alias = if path.last() == Some(name) { String::new() } else { format!(" as {name}") };
    let item = syn::parse_str(&format!("pub use {}{alias};", path.join("::"))).expect("a re-export");
    printed(item, conditions)
}

/// The implementations that a macro of the library expands to.
fn expanded(library: &Library, item: &Item) -> Vec<Item> {
    let Item::Macro(ItemMacro { attrs, mac, .. }) = item else { return vec![] };
    let mut all = library.values().flat_map(|module| &module.items);
    let Some((_, Item::Macro(definition))) = all.find(|(name, _)| mac.path.is_ident(name)) else { return vec![] };
    let code = definition.mac.tokens.to_string().replace("$ crate", "crate").replace("$ type", &first_token(mac));
    assert!(!code.contains("pub "), "the collector does not read the public items that a macro defines");
    let parts = code.split("impl ").skip(1).map(|part| {
        let (header, body) = part.split_once('{').expect("an implementation has a body");
        let associated = body.trim_start().strip_prefix("type ").and_then(|body| body.split_once(';'));
        let associated = associated.map_or_else(String::new, |(associated, _)| format!("type {associated};"));
        let item = syn::parse_str(&format!("impl {header} {{ {associated} }}")).expect("an implementation");
        Item::Impl(ItemImpl { attrs: attrs.clone(), ..item })
    });
    parts.collect()
}

/// The implementations as text, by the location of their public type, or of their public trait for a type of another
/// crate and for all types.
fn implementations(library: &Library, public: &BTreeSet<Location>) -> BTreeMap<Location, BTreeSet<String>> {
    let mut all: BTreeMap<Location, BTreeSet<String>> = BTreeMap::new();
    for (at, module) in library {
        let expanded = module.items.iter().flat_map(|(_, item)| expanded(library, item));
        for item in module.items.iter().map(|(_, item)| item.clone()).chain(expanded) {
            let [of_type, of_trait] = subjects(&item).map(|path| {
                let path: Location = path?.segments.iter().map(|segment| segment.ident.to_string()).collect();
                resolve(library, at, &path)
            });
            let is_private_trait = of_trait.as_ref().is_some_and(|found| !public.contains(found));
            let owner = of_type.or(of_trait).filter(|owner| !is_private_trait && public.contains(owner));
            if let Some(owner) = owner {
                all.entry(owner).or_default().insert(printed(item, &[]));
            }
        }
    }
    all
}

/// The interface as text, with the public path of each item before it.
fn snapshot(text: &Text) -> String {
    let mut library = Library::from([(vec![], Module { is_public: true, ..Module::default() })]);
    add(&mut library, &[], parsed(&[], text), &[], text);
    let exports = exports(&library);
    let public = exports.values().flat_map(|(locations, _)| locations.clone()).collect();
    let implementations = implementations(&library, &public);
    let blocks = exports.iter().map(|(path, (locations, texts))| {
        let implementations = locations.iter().filter_map(|location| implementations.get(location)).flatten();
        format!("// {path}\n{}\n", texts.iter().chain(implementations).map(String::as_str).collect::<String>())
    });
    blocks.collect()
}

/// The differing lines of each item and the line on both sides of them, below the public path of the item.
fn differences(recorded: &str, now: &str) -> String {
    fn blocks(text: &str) -> BTreeMap<&str, Vec<&str>> {
        text.split_terminator("\n\n").map(|block| (block.lines().next().unwrap(), block.lines().collect())).collect()
    }
    let (recorded, now) = (blocks(recorded), blocks(now));
    let paths: BTreeSet<_> = recorded.keys().chain(now.keys()).collect();
    let differing = paths.into_iter().filter(|path| recorded.get(*path) != now.get(*path)).map(|path| {
        let [old, new] = [&recorded, &now].map(|blocks| blocks.get(path).map_or(&[][..], |lines| &lines[1..]));
        let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let (before, old, new) = (&old[start.saturating_sub(1)..start], &old[start..], &new[start..]);
        let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
        let lines = |sign, lines: &[_]| -> String { lines.iter().flat_map(|line| [sign, *line, "\n"]).collect() };
        let (removed, added) = (lines("- ", &old[..old.len() - end]), lines("+ ", &new[..new.len() - end]));
        let (before, after) = (lines("  ", before), lines("  ", &new[new.len() - end..][..end.min(1)]));
        format!("{path}\n{before}{removed}{added}{after}")
    });
    differing.collect()
}

/// The text of a module of the library.
fn module_text(at: &[String]) -> String {
    let base = path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(at.join("/"));
    let file = if at.is_empty() { base.join("lib.rs") } else { base.with_extension("rs") };
    let file = if file.exists() { file } else { base.join("mod.rs") };
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn the_public_api_is_the_recorded_one() {
    let file = path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library/api.txt");
    let now = snapshot(&module_text);
    if env::var_os("UPDATE_API").is_some() {
        return fs::write(&file, now).unwrap();
    }
    let recorded = fs::read_to_string(&file).unwrap();
    assert!(
        recorded == now,
        "the public interface differs from tests/library/api.txt (`-` recorded, `+` now):\n{}To record a \
         wanted change, run `UPDATE_API=1 cargo test --release --test library api` and add a line to CHANGELOG.md.",
        differences(&recorded, &now)
    );
}

/// A crate with one item of each kind that the snapshot contains or leaves out.
const ROOT: &str = "
    mod inner;
    pub mod shown { pub const LIMIT: u64 = 1 << 3; pub(crate) fn unseen() {} }
    #[doc(hidden)] pub mod hidden { pub fn unseen() {} }
    #[cfg(test)] mod tests { use super::*; pub fn unseen() {} }
    pub use other_crate::thing;
    pub use inner::{Kind as Sort, Merge, run};
    #[cfg(unix)] pub use inner::Record;
";
const INNER: &str = "
    #[cfg(feature = \"extra\")] mod deep;
    pub use deep::Record;
    /// Documented.
    #[must_use] pub fn run(mut argument: u8) -> u8 { 7 }
    fn private() {}
    pub enum Kind { One, #[non_exhaustive] Two { size: u8 } }
    macro_rules! name { ($type:ident) => { impl std::str::FromStr for $type { type Err = u8; fn from_str() {} } }; }
    name!(Kind);
    trait Secret {}
    pub trait Merge { type Part; fn add(&mut self); fn twice(&mut self) { self.add() } }
    impl<T: Secret> Merge for T {}
";
const DEEP: &str = "
    use super::{Kind, Secret};
    #[derive(Clone)] #[non_exhaustive] pub struct Record { pub seen: u8, unseen: Kind }
    pub struct NotExported;
    impl Record { pub fn get(mut self, mut at: &mut u8) -> u8 { self.seen } fn unseen() {} }
    impl Record { #[doc(hidden)] pub fn unseen_too() {} }
    impl Secret for Record {}
    impl Kind { pub(crate) fn unseen() {} }
    impl From<Kind> for Record { fn from(kind: Kind) -> Self { todo!() } }
";
const SNAPSHOT: &str = r#"// Merge
pub trait Merge {
    type Part;
    fn add(&mut self);
    fn twice(&mut self) {}
}
impl<T: Secret> Merge for T {}

// Record
#[cfg(unix)]
#[cfg(feature = "extra")]
#[derive(Clone)]
#[non_exhaustive]
pub struct Record {
    pub seen: u8,
    ..
}
#[cfg(feature = "extra")]
impl From<Kind> for Record {}
#[cfg(feature = "extra")]
impl Record {
    pub fn get(self, at: &mut u8) -> u8 {}
}

// Sort
pub enum Kind {
    One,
    #[non_exhaustive]
    Two { size: u8 },
}
impl std::str::FromStr for Kind {
    type Err = u8;
}
name!(Kind);

// run
#[must_use]
pub fn run(argument: u8) -> u8 {}

// shown::LIMIT
pub const LIMIT: u64 = 1 << 3;

// thing
pub use other_crate::thing;

"#;

#[test]
fn the_snapshot_contains_public_items_only() {
    let with = |root: &str, argument: &str| {
        let texts = BTreeMap::from([("", root), ("inner", INNER), ("inner::deep", DEEP)]);
        snapshot(&|at| texts[at.join("::").as_str()].replace("argument: u8", argument))
    };
    assert_eq!(with(ROOT, "argument: u8"), SNAPSHOT);
    let changed = "// run\n  #[must_use]\n- pub fn run(argument: u8) -> u8 {}\n+ pub fn run(argument: u16) -> u8 {}\n";
    assert_eq!(differences(SNAPSHOT, &with(ROOT, "argument: u16")), changed);
    let unresolved = std::panic::catch_unwind(|| with("mod inner; pub use inner::Missing;", "argument: u8"));
    let message = unresolved.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(*message, "`pub use inner::Missing` in the module `` leads to no item");
}

#[test]
fn threads_can_share_the_public_types() {
    use lanewalk::{
        Barriers, BatchSummary, Batches, Distances, Distribution, Error, Evolution, Exec, Finished, FirstExit,
        FirstPassage, FirstReturn, LineDistribution, Machine, Mergeable, OnePass, Parts, Pi, PiTally, Plan, Region,
        RegionDistribution, RegionExit, ReturnDistribution, Returning, Rod, RunControl, Stepper, Stream, SubDomain,
        TimeDistribution, Walk, WalkerBlock,
    };
    fn check<T: Send + Sync>() {}
    fn check_result<T: Mergeable + Send + Sync>() {}
    check::<(Error, Exec, Finished<PiTally>, Machine, Parts, Plan, RunControl, Stream)>();
    check::<(Walk<Barriers>, Walk<Distances>, Walk<Region>, Walk<Returning>, OnePass<FirstExit>, WalkerBlock)>();
    check::<(LineDistribution, RegionDistribution, ReturnDistribution, Box<dyn Distribution>)>();
    check::<(Batches, Pi, Evolution, Rod, Stepper, SubDomain)>();
    // The snapshot does not show that these implement `Mergeable`, because they do so through a private trait.
    let _ = [check_result::<BatchSummary>, check_result::<FirstExit>, check_result::<FirstPassage>];
    let _ = [check_result::<FirstReturn>, check_result::<PiTally>, check_result::<RegionExit>];
    check_result::<TimeDistribution>();
}
