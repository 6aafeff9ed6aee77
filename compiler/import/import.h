#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/import/equal.h"
#include "compiler/import/printer.h"
#include "compiler/source/source_map.h"

namespace sluice::import {

// What the checker says about the printed text: the code, and where in the text.
struct Complaint {
  diagnostics::Code code;
  size_t offset = 0;
  bool error = false;
  std::string message;
};

// Compiles a text, and compares it with the workflow if that goes well.
struct Judgement {
  std::vector<Complaint> complaints;
  std::vector<Difference> differences;
};
using Judge = std::function<Judgement(const Printed& printed)>;

// Something that is not written in the usual form, for the summary.
struct Concession {
  std::string form;  // "raw", "allow", "default", "untyped", "omitted", "paste"
  std::string code;  // the complaint that made it so; empty when there is no form for it
  std::string message;
  Span at;  // in the YAML
};

struct Imported {
  std::string text;  // as `sluice fmt` leaves it
  std::vector<Pin> pins;
  std::map<std::string, Names> names;  // by job: what is called otherwise
  std::vector<Concession> concessions;
  std::vector<std::string> notes;
  std::vector<std::string> declared;  // as in Printed
  size_t raw_blocks = 0;
  std::vector<Complaint> left;  // errors that no form avoids
};

// Imports a workflow that GitHub accepts: prints it as .pipe, and prints again in weaker forms what `judge` refuses (an
// empty default, a directive, a raw block), until nothing is refused or no form is left. Without a judge the first form
// is the last. A file that GitHub does not read gives nothing; the reasons are in `sink`.
// `lifts` are done only where the result is still equal. `declared`: what other files of the project declare already.
std::optional<Imported> Import(const source::SourceMap& sources, source::FileId file, const Judge& judge,
                               const Lifts& lifts, const std::set<std::string>& declared, diagnostics::Sink& sink);

}  // namespace sluice::import
