// corpus_bench < LIST: loads and emits each workflow of LIST (one path a line), five times; prints the files, the lines and
// the median of the milliseconds. Reading the files is not counted.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/emit/github/workflow.h"
#include "compiler/load/load.h"

namespace {

using namespace sluice;

// Bytes of what was emitted; nothing for a file that is no workflow.
size_t LoadAndEmit(const std::string& path, const std::string& text) {
  source::SourceMap sources;
  const source::FileId file = sources.Add(path, text);
  model::Program program;
  diagnostics::Sink sink;
  const auto pipeline = load::LoadWorkflow(sources, file, program, sink);
  return pipeline ? emit::EmitWorkflow(program, *pipeline).size() : 0;
}

}  // namespace

int main() {
  std::vector<std::pair<std::string, std::string>> files;
  size_t lines = 0;
  for (std::string path; std::getline(std::cin, path);) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    files.emplace_back(path, text.str());
    lines += static_cast<size_t>(std::ranges::count(files.back().second, '\n'));
  }
  std::vector<double> times;
  size_t emitted = 0;
  for (int turn = 0; turn < 5; ++turn) {
    const auto start = std::chrono::steady_clock::now();
    emitted = 0;
    for (const auto& [path, text] : files) emitted += LoadAndEmit(path, text) != 0 ? 1 : 0;
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(times);
  fmt::print("{} {} {} {:.1f}\n", files.size(), emitted, lines, times[times.size() / 2]);
  return files.empty() ? 1 : 0;
}
