#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/id.h"
#include "compiler/base/store.h"
#include "compiler/source/source_map.h"

// The syntax tree of one .pipe file: the contract between the parser and everything behind it. It is total: a damaged
// file has one too, with Error nodes in the holes. Nodes live in the stores of Ast; texts are copies or views into the
// SourceMap, which must outlive the tree.
namespace sluice::syntax {

using source::FileId;
using source::Span;

struct ExprTag;
struct ItemTag;
struct TypeTag;
using ExprId = Id<ExprTag>;
using ItemId = Id<ItemTag>;
using TypeId = Id<TypeTag>;

struct Name {
  std::string text;
  Span span;
  bool present() const { return span.valid(); }
};
using QualifiedName = std::vector<Name>;  // a.b.c

enum class Quote : uint8_t { Single, Double, Tick, Block };

// A piece of a string: text (escapes resolved, block indentation removed, `$${{` resolved to `${{`) or a placeholder.
// In a text block no piece of text goes over a line end: each line's text ends in its own LF (the last line has none).
// So the place of a byte of a raw text is the place of its piece plus its offset, but behind a `$${{`.
struct StringPart {
  std::string text;
  ExprId placeholder;  // valid: a placeholder
  Span span;  // as written; of a placeholder with its `${{` and `}}`; an empty line of a block has its line end
  bool is_placeholder() const { return placeholder.valid(); }
};

enum class ExprKind : uint8_t {
  Error,  // a hole: something was there that could not be read
  Int,
  Float,
  Semver,
  Duration,
  Quantity,  // text: the token
  True,
  False,
  Null,
  String,       // quote, parts
  Name,         // text: an identifier, keyword or label
  Member,       // args[0] . name; `.*` has star set
  Index,        // args[0] [ args[1] ]; `[*]` has star set and no args[1]
  Call,         // args[0] is the callee; arguments
  Unary,        // text: ! or -; args[0]
  Binary,       // text: the operator; args[0], args[1]
  Conditional,  // args[0] ? args[1] : args[2]
  Cast,         // args[0] as type; `as?` has optional set
  List,         // entries without key
  Record,       // entries with key
  ListFor,      // [for name in args[0] (if args[1])?: args[2]]
  RecordFor,    // {for name in args[0] (if args[1])?: args[2] -> args[3]}
  Match,        // args[0]; arms
};

// A key of a record, argument or setting. Quoted keys keep their text without quotes.
struct Key {
  std::string text;
  Span span;
  bool quoted = false;
};

// One entry of a list, record or argument list.
struct Entry {
  std::optional<Key> key;
  bool spread = false;  // ...e
  ExprId value;
  Span span;
};

struct MatchArm {
  ExprId pattern;  // invalid: else
  ExprId value;
};

struct Expr {
  ExprKind kind = ExprKind::Error;
  Span span;   // without enclosing parentheses
  Span outer;  // with them; equal to span when there are none
  std::string text;
  Name name;  // Member: the property; ListFor, RecordFor: the variable
  Quote quote = Quote::Single;
  std::vector<StringPart> parts;
  std::vector<ExprId> args;
  std::vector<Entry> entries;  // Call, List, Record
  std::vector<MatchArm> arms;
  TypeId type;
  Span operator_span;
  bool star = false;
  bool optional = false;
  bool parenthesized() const { return !(outer == span); }
};

enum class TypeKind : uint8_t { Error, Named, Enum, Record };
struct Type;
struct TypeField {
  Name name;
  bool optional = false;
  TypeId type;
};
struct Type {
  TypeKind kind = TypeKind::Error;
  Span span;
  QualifiedName name;             // Named
  std::vector<TypeId> args;       // Named
  std::vector<Name> members;      // Enum; quoted ones without quotes
  std::vector<TypeField> fields;  // Record
  bool optional = false;          // T?
};

struct Param {
  std::vector<std::string> docs;  // its `##` lines, without the marks
  bool is_static = false;
  Name name;
  TypeId type;
  std::optional<Name> binding;  // `as lines`
  ExprId default_value;
  Span span;
};

struct Axis {
  Name name;
  ExprId list;
};
struct MatrixClause {
  Span keyword;
  std::vector<Axis> axes;
  Span where_keyword;
  ExprId where;
};

// What `uses` names: an action reference, a string, or a declared name.
struct Target {
  enum class Kind : uint8_t { Error, ActionRef, String, Name } kind = Kind::Error;
  Span span;
  std::string text;    // ActionRef: as written
  ExprId string;       // String
  QualifiedName name;  // Name
};

struct Block {
  Span span;  // with its braces
  std::vector<ItemId> items;
};

// ---- what stands in files and blocks ----
struct ImportDecl {
  std::vector<Name> names;
  ExprId path;
  Target package;
  std::optional<Name> alias;
};
struct LetDecl {
  Name name;
  TypeId type;
  ExprId value;
};
struct TypeDecl {
  Name name;
  TypeId type;
};
struct EnumDecl {
  Name name;
  std::vector<Name> members;
};
struct FnDecl {
  Name name;
  std::vector<Param> params;
  TypeId result;
  ExprId body;
};
struct ActionDecl {
  Name name;
  std::vector<Param> params;
  TypeId outputs;
  bool in_environment = false;
  Block block;
};
struct ExternDecl {
  Name name;
  Target from;
  std::vector<Param> params;
  TypeId outputs;
  ExprId facts;
};
struct SecretDecl {
  std::vector<Name> names;
  std::vector<Name> environments;
};
struct VarDecl {
  Name name;
  TypeId type;
  std::vector<Name> environments;
};
struct VerbatimDecl {
  ExprId path;
};
struct PipelineDecl {
  Name name;
  std::vector<Param> params;
  Span params_span;
  Block block;
};
struct ForDecl {
  Name name;
  ExprId list;
  ExprId condition;
  Block block;
};  // over declarations or steps
struct OnDecl {
  Name event;
  std::vector<Entry> args;
  Span args_span;
};
struct JobDecl {
  Name name;
  std::optional<MatrixClause> matrix;
  Span call_keyword;
  std::optional<Target> call;
  std::vector<Entry> call_args;
  std::optional<Block> block;
};
struct GateDecl {
  Name name;
  bool all = false;
  std::vector<QualifiedName> jobs;
};
struct OutputDecl {
  Name name;
  TypeId type;
  ExprId value;
  ExprId options;
};
struct Setting {
  Key key;
  ExprId value;
};
struct RawDecl {
  ExprId text;
};

// Steps. `let` and `background` are set on the simple or named step that they introduce.
struct StepLet {
  Name name;
  TypeId type;
  bool background = false;
  Span span;
};
struct RunStep {
  std::optional<Name> language;
  TypeId outputs;
  TypeId env;
  ExprId script;
  std::optional<StepLet> let;
};
struct UsesStep {
  Target target;
  std::vector<Entry> args;
  Span args_span;
  std::optional<StepLet> let;
};
// `step "Name": run …` or `step "Name" { settings… run … }`; body is the item of the RunStep or UsesStep.
struct NamedStep {
  ExprId name;
  ItemId body;
  std::optional<Block> block;
  std::optional<StepLet> let;
};
struct IfStep {
  ExprId condition;
  Block then;
  Span else_keyword;
  ItemId else_if;
  std::optional<Block> otherwise;
};
struct ParallelStep {
  Block block;
};
struct WaitStep {
  bool all = false;
  std::vector<QualifiedName> targets;
};
struct CancelStep {
  QualifiedName target;
};
struct OnceStep {
  ItemId step;
};
struct RequiresStep {
  Name what;
  ExprId record;
};
struct AssertStep {
  ExprId condition;
};
struct StepRaw {
  ExprId text;
};

// Delivery (milestone 2): kept as they are written.
struct EnvironmentDecl {
  Name name;
  Block block;
};
struct ServiceDecl {
  Name name;
  std::vector<Param> params;
  Block block;
};
struct OverlayDecl {
  std::vector<Name> names;
  Block block;
};
struct RolloutDecl {
  Name name;
  Block block;
};
struct RolloutAt {
  ExprId at;
  ExprId hold;
};
struct CheckDecl {
  std::optional<Name> name;
  std::vector<Entry> args;
  Block block;
};
struct CheckItem {
  QualifiedName metric;
  std::vector<Entry> args;
  bool has_args = false;
  std::string comparison;
  ExprId bound;
};
struct MetricDecl {
  Name name;
  std::vector<Param> params;
  TypeId type;
  Block block;
};
struct SloDecl {
  Name name;
  std::vector<Param> params;
  ExprId goal;
  Block block;
};
struct MigrationDecl {
  Name name;
  Block block;
};
struct ManifestDecl {
  ExprId text;
};
struct PatchDecl {
  Name name;
  ExprId text;
};

struct ErrorItem {};  // a damaged item that could not be recognised

using ItemNode =
    std::variant<ErrorItem, ImportDecl, LetDecl, TypeDecl, EnumDecl, FnDecl, ActionDecl, ExternDecl, SecretDecl,
                 VarDecl, VerbatimDecl, PipelineDecl, ForDecl, OnDecl, JobDecl, GateDecl, OutputDecl, Setting, RawDecl,
                 RunStep, UsesStep, NamedStep, IfStep, ParallelStep, WaitStep, CancelStep, OnceStep, RequiresStep,
                 AssertStep, StepRaw, EnvironmentDecl, ServiceDecl, OverlayDecl, RolloutDecl, RolloutAt, CheckDecl,
                 CheckItem, MetricDecl, SloDecl, MigrationDecl, ManifestDecl, PatchDecl>;

struct Item {
  Span span;                      // from its first to its last token, without a comma behind it
  Span keyword;                   // the word that introduces it (of `let x = run` the `let`); of a setting its key
  std::vector<std::string> docs;  // the `##` lines above it, without the marks and one blank
  bool damaged = false;           // it already has a syntax error: report nothing else about it
  bool comma_after = false;
  ItemNode node;
};

// `# sluice: allow[CODE] reason`. `own_line`: for the next item; else for its line. CheckPlaces has reported P0116 for
// those that are malformed, have no reason or name an unknown code.
struct Directive {
  Span span;
  std::vector<Name> codes;
  std::string reason;
  bool own_line = false;
  bool malformed = false;  // not of that form at all
};

struct Comment {
  Span span;
  bool doc = false;
  bool own_line = false;
};

struct Ast {
  FileId file;
  std::vector<ItemId> items;
  Store<ItemId, Item> item_store;
  Store<ExprId, Expr> exprs;
  Store<TypeId, Type> types;
  std::vector<Comment> comments;  // in order; blank lines are seen from the text
  std::vector<Directive> directives;
  bool unreadable = false;  // P0109: nothing else may be reported

  const Item& operator[](ItemId id) const { return item_store[id]; }
  const Expr& operator[](ExprId id) const { return exprs[id]; }
  const Type& operator[](TypeId id) const { return types[id]; }
  template <class T>
  const T* As(ItemId id) const {
    return id.valid() ? std::get_if<T>(&item_store[id].node) : nullptr;
  }
};

}  // namespace sluice::syntax
