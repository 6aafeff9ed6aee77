#pragma once

#include <string>

#include "runtime/agent/protocol.h"

namespace sluice::agent {

// The agent's end of the channel: frames in from one descriptor, frames out to another, neither ever blocking.
class Wire {
 public:
  Wire(int in, int out) : in_(in), out_(out) {}

  int in() const { return in_; }
  int out() const { return out_; }

  void Send(const Message& message) { Encode(message, pending_); }
  // Writes what the pipe takes. False when nobody will ever read it.
  bool Flush();
  // Reads what is there into the decoder. False at the end of the stream or when it is damaged.
  bool Fill();
  std::optional<Message> Next() { return decoder_.Next(); }
  bool damaged() const { return decoder_.damaged(); }

  bool has_pending() const { return start_ < pending_.size(); }
  // So much waits for a slow reader that nothing more should be produced.
  bool full() const { return pending_.size() - start_ > kMostPending; }

 private:
  static constexpr size_t kMostPending = 4u << 20;

  int in_;
  int out_;
  std::string pending_;
  size_t start_ = 0;
  Decoder decoder_;
};

}  // namespace sluice::agent
