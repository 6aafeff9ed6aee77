#include "compiler/model/origins.h"

#include <algorithm>
#include <variant>

#include "compiler/model/fields.h"

namespace sluice::model {
namespace {

// Visits every member and keeps the beginnings of spans.
class SpanCollector {
 public:
  std::vector<uint32_t> offsets;

  template <class M, class... Default>
  void operator()(const char*, const M& member, Default...) {
    Visit(member);
  }

  void Visit(const Span& span) {
    if (span.valid()) offsets.push_back(span.begin);
  }
  template <class T>
  void Visit(const std::vector<T>& items) {
    for (const T& item : items) Visit(item);
  }
  template <class T>
  void Visit(const std::optional<T>& item) {
    if (item) Visit(*item);
  }
  template <class A, class B>
  void Visit(const std::pair<A, B>& item) {
    Visit(item.first);
    Visit(item.second);
  }
  void Visit(const StepBody& body) {
    std::visit([this](const auto& one) { Visit(one); }, body);
  }
  template <HasFields T>
  void Visit(const T& item) {
    Fields(*this, item);
  }
  template <class T>
  requires(!HasFields<T>) void Visit(const T&) {}
};

}  // namespace

void RecordOrigins(Program& program, const source::SourceMap& sources) {
  SpanCollector spans;
  for (const Pipeline& pipeline : program.pipelines) spans.Visit(pipeline);
  for (const Job& job : program.jobs) spans.Visit(job);
  for (const Step& step : program.steps) spans.Visit(step);
  for (const Transfer& transfer : program.transfers) spans.Visit(transfer);
  std::ranges::sort(spans.offsets);
  spans.offsets.erase(std::unique(spans.offsets.begin(), spans.offsets.end()), spans.offsets.end());

  program.files.clear();
  for (int i = 0; i < static_cast<int>(sources.size()); ++i) {
    const source::SourceFile& file = sources.file({i});
    program.files.push_back({file.path, file.begin, static_cast<uint32_t>(file.text.size())});
  }
  program.places.clear();
  for (const uint32_t offset : spans.offsets) {
    const source::Position position = sources.Locate(offset);
    program.places.push_back({offset, position.line, position.column});
  }
}

int FileIndex(const Program& program, uint32_t offset) {
  for (size_t i = program.files.size(); i-- > 0;) {
    const OriginFile& file = program.files[i];
    if (file.begin <= offset && offset - file.begin <= file.size) return static_cast<int>(i);
  }
  return -1;
}

std::optional<Location> Locate(const Program& program, Span span) {
  if (!span.valid()) return std::nullopt;
  const int file = FileIndex(program, span.begin);
  const auto place = std::ranges::lower_bound(program.places, span.begin, {}, &OriginPlace::offset);
  if (file < 0 || place == program.places.end() || place->offset != span.begin) return std::nullopt;
  return Location{program.files[static_cast<size_t>(file)].path, place->line, place->column};
}

}  // namespace sluice::model
