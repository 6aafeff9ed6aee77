#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>

#include "cli/command.h"
#include "cli/subcommands.h"
#include "runtime/store/store.h"

namespace sluice::cli {
namespace {

std::string Size(uint64_t bytes) {
  if (bytes < 1024 * 1024) return fmt::format("{} KiB", (bytes + 1023) / 1024);
  return fmt::format("{} MiB", (bytes + 512 * 1024) / (1024 * 1024));
}

Result<std::unique_ptr<store::Store>> OpenStore() {
  SLUICE_ASSIGN(const std::string root, store::DefaultRoot());
  return store::Store::Open(root);
}

int Import(const std::string& name, const std::string& file, bool quiet) {
  auto store = OpenStore();
  if (!store.ok()) return Fail(store.error().message);
  const auto image = (*store)->ImportImage(name, file);
  if (!image.ok()) return Fail(image.error().message);
  if (!quiet) fmt::print("{} {} ({})\n", image->name, image->digest, Size(image->bytes));
  return kOk;
}

int List() {
  auto store = OpenStore();
  if (!store.ok()) return Fail(store.error().message);
  const auto images = (*store)->Images();
  if (!images.ok()) return Fail(images.error().message);
  size_t width = 4;
  for (const store::ImageName& image : *images) width = std::max(width, image.name.size());
  if (!images->empty()) fmt::print("{:{}}  {:19}  {:>9}  {}\n", "NAME", width, "DIGEST", "SIZE", "IMPORTED");
  for (const store::ImageName& image : *images)
    fmt::print("{:{}}  {:19}  {:>9}  {:%Y-%m-%d %H:%M}\n", image.name, width, image.digest.substr(0, 19),
               Size(image.bytes), fmt::localtime(static_cast<std::time_t>(image.created)));
  return kOk;
}

int Remove(const std::vector<std::string>& names) {
  auto store = OpenStore();
  if (!store.ok()) return Fail(store.error().message);
  for (const std::string& name : names)
    if (const Status removed = (*store)->RemoveImage(name); !removed.ok()) return Fail(removed.error().message);
  return kOk;
}

}  // namespace

void AddImage(CLI::App& app, Invocation& invocation) {
  struct Options {
    std::string name;
    std::string file;
    std::vector<std::string> names;
  };
  auto options = std::make_shared<Options>();
  CLI::App* image = app.add_subcommand("image", "The images that jobs run in");
  image->require_subcommand(1);
  image->footer("Example:\n  podman save -o tools.tar tools:1 && sluice image import tools:1 tools.tar");

  CLI::App* import = image->add_subcommand("import", "Keep an image from a file under a name");
  import->add_option("NAME", options->name, "What `[runners]` and `container:` call it")->required();
  import->add_option("FILE", options->file, "From `docker save`, `podman save`, or a root filesystem's tarball")
      ->required();
  import->footer("Example:\n  sluice image import ubuntu-24.04 rootfs.tar");
  import->callback([options, &invocation] {
    invocation.action = [options, &invocation] {
      return Import(options->name, options->file, invocation.globals.quiet);
};
}  // namespace sluice::cli
);

CLI::App* list = image->add_subcommand("ls", "List the images that there are");
list->footer("Example:\n  sluice image ls");
list->callback([&invocation] { invocation.action = [] { return List(); }; });

CLI::App* remove = image->add_subcommand("rm", "Forget images; layers that no other image needs go with them");
remove->add_option("NAME", options->names, "As `sluice image ls` lists them")->required();
remove->footer("Example:\n  sluice image rm tools:1");
remove->callback([options, &invocation] { invocation.action = [options] { return Remove(options->names); }; });
}

}  // namespace sluice::cli
