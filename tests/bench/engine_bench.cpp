// The costs of an engine alone, without the language above it: `engine_bench [IMAGE [REPOSITORY]]`. Medians in ms.
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

#include "runtime/engine/engine.h"
#include "runtime/engine/workspace.h"

namespace {

using namespace sluice;
using Clock = std::chrono::steady_clock;

double Since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double Median(int runs, const std::function<double()>& once) {
  std::vector<double> times;
  for (int i = 0; i <= runs; ++i) times.push_back(once());
  times.erase(times.begin());
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

template <class T>
bool Await(engine::JobContainer& job) {
  for (;;) {
    pollfd waiting{job.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, 5000);
    for (const engine::Event& event : job.Take()) {
      if (std::holds_alternative<T>(event)) return true;
      if (const auto* ended = std::get_if<engine::Ended>(&event)) {
        std::printf("ended: %s\n", ended->error.c_str());
        return false;
      }
    }
  }
}

engine::ProcessSpec Trivial(const engine::JobContainer& job, std::vector<std::string> arguments) {
  engine::ProcessSpec spec;
  spec.arguments = std::move(arguments);
  spec.environment = job.base_environment();
  spec.folder = job.paths().workspace;
  return spec;
}

// A container from nothing to its removal, with one trivial step in it.
void MeasureJob(engine::Engine& engine, const engine::JobSpec& spec) {
  const double ready = Median(11, [&] {
    const auto start = Clock::now();
    auto job = engine.StartJob(spec).value();
    Await<engine::Ready>(*job);
    return Since(start);
  });
  const double whole = Median(11, [&] {
    const auto start = Clock::now();
    auto job = engine.StartJob(spec).value();
    job->Start(Trivial(*job, {"bash", "-e", "-c", "true"}));
    Await<engine::Exited>(*job);
    job->Stop();
    Await<engine::Ended>(*job);
    job.reset();
    return Since(start);
  });
  std::printf("  agent ready %.2f, whole job of one bash step %.2f\n", ready, whole);
}

// What one step, and one reading of a file, cost in a container that is there.
void MeasureSteps(engine::Engine& engine, const engine::JobSpec& spec) {
  auto job = engine.StartJob(spec).value();
  Await<engine::Ready>(*job);
  auto step = [&](const std::vector<std::string>& arguments) {
    return Median(201, [&] {
      const auto start = Clock::now();
      job->Start(Trivial(*job, arguments));
      Await<engine::Exited>(*job);
      return Since(start);
    });
  };
  const double file = Median(201, [&] {
    const auto start = Clock::now();
    static_cast<void>(job->ReadFile("/etc/passwd"));
    return Since(start);
  });
  std::printf("  step: /bin/true %.2f, bash %.2f; reading a file %.3f\n", step({"/bin/true"}),
              step({"bash", "-e", "-c", "true"}), file);
}

int Main(int argc, char** argv) {
  auto store = store::Store::Open(store::DefaultRoot().value()).value();
  auto run = store::RunFolder::Create(*store).value();
  engine::JobSpec spec;
  spec.name = "bench";
  spec.image = argc > 1 ? argv[1] : "sluice-base";
  if (const auto image = store->FindImage(spec.image); !image.ok()) {
    std::fprintf(stderr, "%s\n", image.error().message.c_str());
    return 2;
  }
  if (argc > 2) spec.workspace.repository = argv[2];
  for (const char* name : {"oci", "host"}) {
    auto engine = engine::MakeEngine({name, store.get(), run.get()}).value();
    std::printf("%s\n", engine->Describe().description.c_str());
    MeasureSteps(*engine, spec);
    MeasureJob(*engine, spec);
  }
  if (argc <= 2) return 0;
  const double warm = Median(11, [&] {
    const auto start = Clock::now();
    static_cast<void>(engine::HideIgnored(*store, argv[2], false));
    return Since(start);
  });
  std::printf("which files are hidden, nothing changed: %.2f\n", warm);
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return Main(argc, argv); }
