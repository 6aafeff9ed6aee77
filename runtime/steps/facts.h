#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/expr/value.h"
#include "compiler/model/action.h"
#include "compiler/model/program.h"
#include "runtime/report/event.h"
#include "runtime/steps/bundle.h"
#include "runtime/steps/mask.h"

namespace sluice::store {
class Store;
}

namespace sluice::steps {

using Time = std::chrono::steady_clock::time_point;

// What is known about a run before it starts. Gathered by the caller; nothing here changes while jobs run.
struct RunFacts {
  const model::Program* program = nullptr;
  const model::Pipeline* pipeline = nullptr;

  expr::Value github;      // the `github` context without the parts that depend on a job or a step
  std::string event_json;  // the file behind GITHUB_EVENT_PATH
  expr::Value vars;
  expr::Value inputs;
  std::map<std::string, std::string> secrets;  // given ones, by upper-case name
  Masker masker;                               // knows their values

  std::string repository;                     // absolute folder on the host
  std::string head;                           // the commit that is checked out there, or ""
  std::map<std::string, std::string> images;  // by runner label; "" is the default
  bool network = false;
  bool host_engine = false;  // steps run on this machine: images do not count
  std::string architecture = "X64";
  bool debug = false;

  // Reads an action.yml. `path` is for messages.
  std::function<Result<model::Action>(const std::string& path, const std::string& text)> load_action;
  // Where a span of the program stands in the sources; unknown for a program that was read as JSON.
  std::function<report::Place(source::Span)> locate;
  store::Store* store = nullptr;  // for transfers and artifacts
  std::function<Time()> clock;    // for durations; without it a step has the time of the event that moved it on
};

// What the jobs of a run leave for each other.
struct RunShared {
  std::map<std::pair<int32_t, size_t>, Bundle> transfers;  // by transfer and row of the producer
  std::map<std::string, Bundle> artifacts;                 // by name
};

// One job to run: a row of a matrix, or the only one.
struct JobRow {
  const model::Job* job = nullptr;
  std::string id;     // "test"
  std::string shown;  // "test (22)"
  std::string group;  // its concurrency group, or ""
  size_t row = 0;
  expr::Value matrix;  // null without one
  expr::Value strategy;
  expr::Value needs;
};

}  // namespace sluice::steps
