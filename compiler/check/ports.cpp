// Ports of containers, as the engines of GitHub's runners take them.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/text.h"
#include "compiler/check/patterns.h"

namespace sluice::check {
namespace {

// Is it a port or, with `-` between, a range of ports?
bool IsPorts(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash != std::string_view::npos) return IsPorts(text.substr(0, dash)) && IsPorts(text.substr(dash + 1));
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, IsAsciiDigit)) return false;
  const int port = std::stoi(std::string(text));
  return port >= 1 && port <= 65535;
}

LiteralMistake NoPort(std::string_view part) {
  return {"this is not a port of a container", fmt::format("`{}` is not a port from 1 to 65535", part),
          "Its forms:   5432   \"5432:5432\"   \"127.0.0.1:5432:5432\"   \"53:53/udp\"   \"8000-8010:8000-8010\""};
}

}  // namespace

std::optional<LiteralMistake> CheckPort(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view protocol = text.substr(slash + 1);
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp") {
      LiteralMistake mistake = NoPort(protocol);
      mistake.label = fmt::format("`{}` is not a protocol: tcp, udp, sctp", protocol);
      return mistake;
    }
    text = text.substr(0, slash);
  }
  const size_t last = text.rfind(':');
  const std::string_view container = last == std::string_view::npos ? text : text.substr(last + 1);
  if (!IsPorts(container)) return NoPort(container);
  if (last == std::string_view::npos) return std::nullopt;
  // What stands before the host's port is an address; without a port there any free one is taken.
  const std::string_view before = text.substr(0, last);
  const size_t address = before.rfind(':');
  const std::string_view host = address == std::string_view::npos ? before : before.substr(address + 1);
  if (!host.empty() && !IsPorts(host)) return NoPort(host);
  return std::nullopt;
}

}  // namespace sluice::check
