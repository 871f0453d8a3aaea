//! The public interface of the library, recorded in `api.txt`: a change of a public name or signature fails this test
//! until it is recorded, so that it is seen in a review.
//!
//! The interface is read from the source. It consists of the items that `src/lib.rs` exports, without their bodies and
//! documentation, and of the implementations for exported types.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Block, Expr, Field, Fields, File, ImplItem, Item, ItemImpl, ItemUse, TraitItem, Type, UseTree,
    Visibility, parse_quote,
};

/// The path of a module, without the name of the crate.
type ModulePath = Vec<String>;

/// The modules of a crate, each with its items and with the conditions under which it is compiled.
#[derive(Default)]
struct Source {
    modules: BTreeMap<ModulePath, Module>,
}

struct Module {
    items: Vec<Item>,
    conditions: Vec<Attribute>,
    is_public: bool,
}

impl Source {
    /// Parses a module and its children. `read` returns the text of a module.
    fn add(
        &mut self,
        path: ModulePath,
        conditions: Vec<Attribute>,
        is_public: bool,
        read: &dyn Fn(&[String]) -> String,
    ) {
        let File { items, .. } = syn::parse_file(&read(&path)).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for item in &items {
            let Item::Mod(child) = item else { continue };
            let text = attribute_text(&child.attrs);
            if child.content.is_some() || ["cfg (test)", "doc (hidden)"].iter().any(|skipped| text.contains(skipped)) {
                continue;
            }
            let child_path = [&path[..], &[child.ident.to_string()]].concat();
            let conditions = conditions.iter().cloned().chain(kept(&child.attrs)).collect();
            self.add(child_path, conditions, is_public && is_public_item(&child.vis), read);
        }
        self.modules.insert(path, Module { items, conditions, is_public });
    }

    /// The item that `name` means in `module`, with the conditions of its module.
    fn resolve(&self, module: &[String], name: &str) -> Option<(Item, Vec<Attribute>)> {
        let found = self.modules.get(module)?;
        if let Some(item) = found.items.iter().find(|item| item_name(item).is_some_and(|own| own == name)) {
            return Some((item.clone(), found.conditions.clone()));
        }
        let uses = found.items.iter().filter_map(|item| if let Item::Use(item) = item { Some(item) } else { None });
        uses.flat_map(paths).find(|path| path.last().is_some_and(|last| last == name)).and_then(|path| {
            let (module, name) = locate(module, &path);
            self.resolve(&module, &name)
        })
    }

    /// The exported items by their public paths. A re-export of another crate is exported as it is.
    fn exports(&self) -> BTreeMap<String, Item> {
        let mut exports = BTreeMap::new();
        for (path, module) in self.modules.iter().filter(|(_, module)| module.is_public) {
            for item in &module.items {
                match item {
                    Item::Use(item) if is_public_item(&item.vis) => {
                        for used in paths(item) {
                            let (at, name) = locate(path, &used);
                            let public = [&path[..], std::slice::from_ref(&name)].concat().join("::");
                            let exported = match self.resolve(&at, &name) {
                                Some((found, conditions)) => with(found, kept(&item.attrs).chain(conditions)),
                                None if self.modules.contains_key(&used[..1]) => panic!("{used:?} does not resolve"),
                                None => Item::Use(ItemUse { attrs: Vec::new(), ..item.clone() }),
                            };
                            exports.insert(public, exported);
                        }
                    }
                    _ => {
                        if let (Some(name), Some(visibility)) = (item_name(item), visibility(item))
                            && is_public_item(visibility)
                        {
                            let public = [&path[..], &[name]].concat().join("::");
                            exports.insert(public, with(item.clone(), module.conditions.iter().cloned()));
                        }
                    }
                }
            }
        }
        exports
    }

    /// The implementations and the macros that implement something for exported types, by the names of the types.
    fn implementations(&self, exports: &BTreeMap<String, Item>) -> BTreeMap<String, BTreeSet<String>> {
        let exported: BTreeSet<String> = exports.values().filter_map(item_name).collect();
        let is_private_trait = |name: &String| {
            let all = self.modules.values().flat_map(|module| &module.items);
            let own = all.filter(|item| matches!(item, Item::Trait(_))).filter_map(item_name).any(|own| own == *name);
            own && !exported.contains(name)
        };
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for module in self.modules.values() {
            for item in &module.items {
                let (name, item) = match item {
                    Item::Impl(item) => {
                        let Some(name) = type_name(&item.self_ty) else { continue };
                        let of_trait = item.trait_.as_ref().map(|(path, _)| path.segments.last().expect("a name"));
                        if of_trait.is_some_and(|segment| is_private_trait(&segment.ident.to_string())) {
                            continue;
                        }
                        let Some(item) = interface(item.clone()) else { continue };
                        (name, Item::Impl(item))
                    }
                    Item::Macro(item) if item.mac.path.is_ident("names") => {
                        let tokens = item.mac.tokens.clone().into_iter().next().expect("a type");
                        (tokens.to_string(), Item::Macro(item.clone()))
                    }
                    _ => continue,
                };
                // An implementation for all types `T: Bound` belongs to its trait.
                let name = if exported.contains(&name) { name } else { continue };
                let printed = printed(with(item, module.conditions.iter().cloned()));
                found.entry(name).or_default().insert(printed);
            }
        }
        found
    }

    /// The whole interface as text.
    fn interface(&self) -> String {
        let exports = self.exports();
        let implementations = self.implementations(&exports);
        let mut text = String::new();
        for (path, item) in exports {
            let name = item_name(&item).unwrap_or_default();
            text += &["// ", &path, "\n", &printed(item)].concat();
            for implementation in implementations.get(&name).into_iter().flatten() {
                text += implementation;
            }
            text += "\n";
        }
        text
    }
}

/// The module and the name of a path that stands in `module`.
fn locate(module: &[String], path: &[String]) -> (ModulePath, String) {
    let (name, parents) = path.split_last().expect("a path is not empty");
    let mut at = module.to_vec();
    for part in parents {
        match &**part {
            "crate" => at.clear(),
            "super" => _ = at.pop(),
            "self" => {}
            part => at.push(part.to_owned()),
        }
    }
    (at, name.clone())
}

/// The paths that a `use` item imports.
fn paths(item: &ItemUse) -> Vec<Vec<String>> {
    fn expand(tree: &UseTree, path: &[String], paths: &mut Vec<Vec<String>>) {
        let with = |name: &dyn ToString| [path, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(tree) => expand(&tree.tree, &with(&tree.ident), paths),
            UseTree::Name(tree) => paths.push(with(&tree.ident)),
            UseTree::Rename(tree) => paths.push(with(&tree.ident)),
            UseTree::Group(tree) => tree.items.iter().for_each(|tree| expand(tree, path, paths)),
            UseTree::Glob(_) => {}
        }
    }
    let mut paths = Vec::new();
    expand(&item.tree, &[], &mut paths);
    paths
}

/// The attributes that belong to the interface.
fn kept(attributes: &[Attribute]) -> impl Iterator<Item = Attribute> {
    let names = ["cfg", "derive", "must_use", "non_exhaustive"];
    attributes.iter().filter(move |attribute| names.iter().any(|name| attribute.path().is_ident(name))).cloned()
}

fn attribute_text(attributes: &[Attribute]) -> String {
    attributes.iter().map(|attribute| attribute.to_token_stream().to_string()).collect()
}

fn is_public_item(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn item_name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn visibility(item: &Item) -> Option<&Visibility> {
    Some(match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        _ => return None,
    })
}

fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    Some(match item {
        Item::Const(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Fn(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Macro(item) => &mut item.attrs,
        Item::Static(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Trait(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        _ => return None,
    })
}

/// The item with further conditions, each once.
fn with(mut item: Item, conditions: impl IntoIterator<Item = Attribute>) -> Item {
    if let Some(attributes) = attributes(&mut item) {
        for condition in conditions {
            let text = condition.to_token_stream().to_string();
            if attributes.iter().all(|attribute| attribute.to_token_stream().to_string() != text) {
                attributes.insert(0, condition);
            }
        }
    }
    item
}

/// The name of a type, without its path and its arguments.
fn type_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(of) => Some(of.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// The public part of an implementation; `None` if it has none.
fn interface(mut item: ItemImpl) -> Option<ItemImpl> {
    let of_trait = item.trait_.is_some();
    item.items.retain_mut(|inner| match inner {
        ImplItem::Fn(inner) => {
            inner.attrs = kept(&inner.attrs).collect();
            inner.block = parse_quote!({});
            !of_trait && is_public_item(&inner.vis)
        }
        ImplItem::Const(inner) => {
            inner.attrs = kept(&inner.attrs).collect();
            !of_trait && is_public_item(&inner.vis)
        }
        ImplItem::Type(_) => true,
        _ => false,
    });
    (of_trait || !item.items.is_empty()).then_some(item)
}

/// The public fields, and `_private: _` for the others.
fn public_fields(fields: &mut Fields) {
    let keep = |field: &Field| is_public_item(&field.vis);
    let strip = |field: &Field| Field { attrs: kept(&field.attrs).collect(), ..field.clone() };
    match fields {
        Fields::Named(fields) => {
            let mut public: Punctuated<Field, _> = fields.named.iter().filter(|field| keep(field)).map(strip).collect();
            if public.len() < fields.named.len() {
                public.push(parse_quote!(_private: _));
            }
            fields.named = public;
        }
        Fields::Unnamed(fields) => {
            let hide =
                |field: &Field| if keep(field) { strip(field) } else { Field { ty: parse_quote!(_), ..strip(field) } };
            fields.unnamed = fields.unnamed.iter().map(hide).collect();
        }
        Fields::Unit => {}
    }
}

/// The item without bodies, documentation and private fields, as text.
fn printed(mut item: Item) -> String {
    let empty: Block = parse_quote!({});
    match &mut item {
        Item::Fn(item) => *item.block = empty,
        Item::Struct(item) => public_fields(&mut item.fields),
        Item::Enum(item) => {
            for variant in &mut item.variants {
                variant.attrs = kept(&variant.attrs).collect();
                for field in &mut variant.fields {
                    field.attrs = kept(&field.attrs).collect();
                }
            }
        }
        Item::Trait(item) => {
            for inner in &mut item.items {
                match inner {
                    TraitItem::Fn(inner) => {
                        inner.attrs = kept(&inner.attrs).collect();
                        inner.default = inner.default.is_some().then(|| empty.clone());
                    }
                    TraitItem::Type(inner) => inner.attrs = kept(&inner.attrs).collect(),
                    TraitItem::Const(inner) => inner.attrs = kept(&inner.attrs).collect(),
                    _ => {}
                }
            }
        }
        Item::Const(item) if matches!(*item.expr, Expr::Block(_)) => *item.expr = parse_quote!(_),
        _ => {}
    }
    if let Some(attributes) = attributes(&mut item) {
        *attributes = kept(attributes).collect();
    }
    prettyplease::unparse(&parse_quote!(#item))
}

/// The library's source.
fn library() -> Source {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &[String]| {
        let file = if path.is_empty() { root.join("lib.rs") } else { root.join(path.join("/")).with_extension("rs") };
        let file = if file.exists() { file } else { root.join(path.join("/")).join("mod.rs") };
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let mut source = Source::default();
    source.add(Vec::new(), Vec::new(), true, &read);
    source
}

#[test]
fn the_public_interface_is_the_recorded_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library/api.txt");
    let found = library().interface();
    if std::env::var_os("UPDATE_API").is_some() {
        fs::write(&file, &found).unwrap();
        return;
    }
    let recorded = fs::read_to_string(&file).unwrap();
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (recorded.lines().collect(), found.lines().collect());
    let differing = old
        .difference(&new)
        .map(|line| format!("- {line}"))
        .chain(new.difference(&old).map(|line| format!("+ {line}")));
    let differing: Vec<String> = differing.collect();
    assert!(
        recorded == found,
        "the public interface has changed:\n{}\nRecord a wanted change with `UPDATE_API=1 cargo test --release --test \
         library api`, and add it to CHANGELOG.md.",
        differing.join("\n")
    );
}

#[test]
fn the_record_holds_public_items_alone() {
    let texts = |argument: &str| {
        BTreeMap::from([
            (String::new(), "mod inner; pub use inner::{Thing, run}; #[doc(hidden)] pub mod hidden;".to_owned()),
            ("hidden".to_owned(), "pub fn unseen() {}".to_owned()),
            (
                "inner".to_owned(),
                format!(
                    "mod deep; pub use deep::Thing; pub(crate) fn private() {{}}
                     /// Documented.
                     #[must_use] pub fn run(argument: {argument}) -> u8 {{ 7 }}
                     trait Secret {{}} impl Secret for Thing {{}} impl Clone for Thing {{ fn clone(&self) -> Self {{ }} }}"
                ),
            ),
            (
                "inner/deep".to_owned(),
                "#[non_exhaustive] pub struct Thing { pub seen: u8, unseen: u8 } pub struct Unexported;
                 impl Thing { pub fn get(&self) -> u8 { self.seen } fn helper(&self) {} }
                 #[cfg(test)] mod tests { use super::*; }"
                    .to_owned(),
            ),
        ])
    };
    let interface = |argument: &str| {
        let texts = texts(argument);
        let mut source = Source::default();
        source.add(Vec::new(), Vec::new(), true, &|path| texts[&path.join("/")].clone());
        source.interface()
    };
    let expected = "// Thing\n#[non_exhaustive]\npub struct Thing {\n    pub seen: u8,\n    _private: _,\n}\nimpl Clone for \
                    Thing {}\nimpl Thing {\n    pub fn get(&self) -> u8 {}\n}\n\n// run\n#[must_use]\npub fn \
                    run(argument: u8) -> u8 {}\n\n";
    assert_eq!(interface("u8"), expected);
    assert_ne!(interface("u16"), expected);
}

#[test]
fn public_types_can_be_sent_between_threads() {
    fn check<T: Send + Sync>() {}
    use lanewalk::{Barriers, Distances, Region, Returning};
    check::<lanewalk::Error>();
    check::<(lanewalk::Exec, lanewalk::Plan, lanewalk::RunControl)>();
    check::<(lanewalk::Walk<Distances>, lanewalk::Walk<Barriers>, lanewalk::Walk<Region>, lanewalk::Walk<Returning>)>();
    check::<(lanewalk::FirstPassage, lanewalk::FirstExit, lanewalk::RegionExit, lanewalk::FirstReturn)>();
    check::<(lanewalk::TimeDistribution, lanewalk::Parts, lanewalk::Stream, Box<dyn lanewalk::Distribution>)>();
    check::<(lanewalk::Pi, lanewalk::PiTally, lanewalk::Batches, lanewalk::BatchSummary)>();
    check::<(lanewalk::Rod, lanewalk::Evolution, lanewalk::Stepper, lanewalk::SubDomain)>();
}
