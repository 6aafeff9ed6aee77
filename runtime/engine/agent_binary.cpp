#include "runtime/engine/agent_binary.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "agent_digest.h"
#include "runtime/store/files.h"

asm(R"(
  .section .rodata
  .balign 16
sluice_agent_begin:
  .incbin ")" SLUICE_AGENT_FILE R"("
sluice_agent_end:
  .previous
)");
extern "C" {
extern const char agent_begin[] asm("sluice_agent_begin");
extern const char agent_end[] asm("sluice_agent_end");
}

namespace sluice::engine {

Result<std::string> PlaceAgent(const store::Store& store) {
  const std::string folder = store.root() + "/agent/" + SLUICE_AGENT_DIGEST;
  const std::string file = folder + kAgentPath;
  if (::access(file.c_str(), X_OK) == 0) return folder;
  SLUICE_RETURN_IF_ERROR(store::MakeFolders(folder + "/.sluice"));
  // Made executable under another name first: a container that starts now must not find it half ready.
  const std::string fresh = file + "." + std::to_string(::getpid());
  SLUICE_RETURN_IF_ERROR(
      store::WriteWhole(fresh, std::string_view(agent_begin, static_cast<size_t>(agent_end - agent_begin))));
  if (::chmod(fresh.c_str(), 0755) != 0 || ::rename(fresh.c_str(), file.c_str()) != 0)
    return store::SystemError("write", file);
  return folder;
}

}  // namespace sluice::engine
