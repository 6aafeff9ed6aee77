// The agent's protocol: no bytes crash the decoder or make it hold more than it was fed, and what it reads is written
// back as the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/agent/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::agent;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Decoder decoder;
  std::string again;
  // The first byte says in what pieces the rest arrives.
  const size_t piece = size == 0 ? 1 : 1 + data[0];
  for (size_t at = 1; at < size; at += piece) {
    decoder.Feed(bytes.substr(at, piece));
    while (auto message = decoder.Next())
      if (!Encode(*message, again)) std::abort();
    if (decoder.buffered() > size) std::abort();
  }
  if (size > 0 && bytes.substr(1, again.size()) != again) std::abort();
  return 0;
}
