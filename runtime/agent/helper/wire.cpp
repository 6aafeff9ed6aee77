#include "runtime/agent/helper/wire.h"

#include <unistd.h>

#include <cerrno>

namespace sluice::agent {

bool Wire::Flush() {
  while (has_pending()) {
    const ssize_t written = ::write(out_, pending_.data() + start_, pending_.size() - start_);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno == EAGAIN;
    start_ += static_cast<size_t>(written);
  }
  pending_.clear();
  start_ = 0;
  return true;
}

bool Wire::Fill() {
  static char buffer[1 << 16];
  const ssize_t count = ::read(in_, buffer, sizeof buffer);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  decoder_.Feed({buffer, static_cast<size_t>(count)});
  return count > 0;
}

}  // namespace sluice::agent
