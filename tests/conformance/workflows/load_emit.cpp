// load_emit OUT < LIST: loads each workflow of LIST (one path a line) and writes what sluice emits for it to OUT/N.yml, N
// from 0. One JSON line a file on stdout: {"n":0,"file":"…","errors":["P1104 3:5 message: label"],"crash":false}.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "compiler/emit/github/workflow.h"
#include "compiler/load/load.h"
#include "compiler/model/json.h"
#include "compiler/model/verify.h"

namespace {

using namespace sluice;

std::string Quote(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string Describe(const diagnostics::Diagnostic& d, const source::SourceMap& sources) {
  const source::Position at = sources.Begin(d.primary.at);
  return fmt::format("{} {}:{} {}: {}", diagnostics::Info(d.code).name, at.line, at.column, d.message, d.primary.text);
}

// The emitted text, and what went wrong. The trip through JSON must not change a byte.
std::string LoadAndEmit(const std::string& path, std::vector<std::string>& errors) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  source::SourceMap sources;
  const source::FileId file = sources.Add(path, text.str());
  model::Program program;
  diagnostics::Sink sink;
  const auto pipeline = load::LoadWorkflow(sources, file, program, sink);
  for (const auto& d : sink.all())
    if (d.severity == diagnostics::Severity::Error) errors.push_back(Describe(d, sources));
  if (!pipeline) return "";
  for (const Error& error : model::Verify(program)) errors.push_back("verify: " + error.message);
  std::string emitted = emit::EmitWorkflow(program, *pipeline);
  const std::string json = model::ToJson(program);
  const auto again = model::FromJson(json);
  if (!again.ok())
    errors.push_back("json: " + again.error().message);
  else if (emit::EmitWorkflow(*again, *pipeline) != emitted || model::ToJson(*again) != json)
    errors.push_back("json: the program changed on its way through JSON");
  return emitted;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto start = std::chrono::steady_clock::now();
  std::string path;
  int n = 0;
  for (; std::getline(std::cin, path); ++n) {
    std::vector<std::string> errors;
    const std::string emitted = LoadAndEmit(path, errors);
    std::string list;
    for (const std::string& error : errors) list += (list.empty() ? "" : ",") + Quote(error);
    fmt::print("{{\"n\":{},\"file\":{},\"errors\":[{}]}}\n", n, Quote(path), list);
    if (!emitted.empty()) std::ofstream(fmt::format("{}/{}.yml", argv[1], n), std::ios::binary) << emitted;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print(stderr, "{} files in {:.2f} s, peak {} MiB\n", n, seconds.count(), usage.ru_maxrss / 1024);
  return 0;
}
