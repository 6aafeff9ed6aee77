#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/compile/compile_text.h"

// Small projects for the tests of checking: what is said about a program, as codes.
namespace sluice::check {

// The codes of the messages in their order, each with its line: "P0307:7".
inline std::vector<std::string> CodesIn(const std::string& messages) {
  std::vector<std::string> codes;
  for (size_t at = messages.find("[P"); at != std::string::npos; at = messages.find("[P", at + 1)) {
    const size_t line = at == 0 ? 0 : messages.rfind('\n', at) + 1;  // npos + 1 is 0
    const std::string severity = messages.substr(line, at - line);
    if (severity != "error" && severity != "warning") continue;
    const size_t place = messages.find(".pipe:", at);
    const size_t end = messages.find(':', place + 6);
    codes.push_back(messages.substr(at + 1, 5) + ":" + messages.substr(place + 6, end - place - 6));
  }
  return codes;
}

inline compile::Compilation Compile(const std::string& program, const std::string& lock = compile::SmallLock(),
                                    const std::string& toml = "") {
  compile::Files files{{"ci.pipe", program}, {"sluice.lock", lock}};
  if (!toml.empty()) files["sluice.toml"] = toml;
  return compile::CompileText(files);
}

inline std::vector<std::string> Codes(const std::string& program) { return CodesIn(Compile(program).messages); }

// The workflow that is written; the messages when there is none.
inline std::string Workflow(const std::string& program, const std::string& lock = compile::SmallLock()) {
  const compile::Compilation built = Compile(program, lock);
  return built.outputs.empty() ? built.messages : built.outputs.begin()->second;
}

// The lines of the job, without its name and two columns of their indentation.
inline std::string JobOf(const std::string& workflow, const std::string& job) {
  const std::string head = "\n  " + job + ":\n";
  size_t at = workflow.find(head);
  if (at == std::string::npos) return "no job " + job + " in\n" + workflow;
  at += head.size();
  std::string lines;
  while (at < workflow.size() && workflow.compare(at, 4, "    ") == 0) {
    const size_t end = workflow.find('\n', at);
    lines += workflow.substr(at + 4, end + 1 - at - 4);
    at = end + 1;
  }
  return lines;
}

}  // namespace sluice::check
