#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The language between the host and the agent (PID 1 of a job container) over the agent's stdin and stdout: frames of
// a 4-byte little-endian length, one byte of message type, and the message's fields. Pure encoding and decoding, also
// linked into the static agent, so it uses the standard library alone. Decoding is total: any bytes give a message,
// "more bytes needed" or a damaged stream, and never reserve more memory than the bytes at hand.
namespace sluice::agent {

inline constexpr uint32_t kProtocolVersion = 1;
// The largest frame after its length field. Larger files and inputs are sent in several messages.
inline constexpr uint32_t kMaxFrame = 8u << 20;
// The most bytes a sender puts in one Input, WriteFile, Output or FileData.
inline constexpr uint32_t kMaxChunk = 1u << 20;

// ---- host to agent ----

// Starts a process in its own session. Answered by Started, or by Exited with `error` when it cannot start.
struct StartProcess {
  uint32_t process = 0;                // chosen by the host, unique in the container's life
  std::vector<std::string> arguments;  // the first is looked up in the PATH of `environment`
  std::vector<std::string> environment;
  std::string folder;
  std::string user;         // "", "name", "uid", "name:group", "uid:gid"; empty: the agent's own user
  bool keep_input = false;  // stdin stays open for Input messages; otherwise it ends after `input`
  std::string input;
  uint32_t drain_ms = 5000;  // how long after its end output of its left-over children still belongs to it
};
// More bytes for a process's stdin; `last` closes it.
struct Input {
  uint32_t process = 0;
  bool last = false;
  std::string bytes;
};
// Sends a signal to the process group (and session) of a process. Of an unknown or ended one: ignored.
struct SignalProcess {
  uint32_t process = 0;
  uint8_t signal = 0;
};
// Writes a regular file; missing folders are made. Answered by Done.
struct WriteFile {
  uint32_t request = 0;
  std::string path;
  uint32_t mode = 0644;
  bool append = false;  // otherwise the file is emptied first
  std::string bytes;
};
// Reads up to `limit` bytes of a regular file from `offset`. Answered by FileData or Done with an error.
struct ReadFile {
  uint32_t request = 0;
  std::string path;
  uint64_t offset = 0;
  uint32_t limit = kMaxChunk;
};
// Removes a file or, with `recursive`, a folder and everything in it. What does not exist is no error. Answered by
// Done.
struct Remove {
  uint32_t request = 0;
  std::string path;
  bool recursive = false;
};
// Makes a folder with its parents; an existing one is no error. Answered by Done.
struct MakeFolder {
  uint32_t request = 0;
  std::string path;
  uint32_t mode = 0755;
  bool give = false;  // an existing one is given to the agent's --user, too
};
// Makes a symbolic link, in place of a file or link that is there. Answered by Done.
struct MakeLink {
  uint32_t request = 0;
  std::string path;
  std::string target;
};
// The entries of a folder (all below it with `recursive`; links below it are not followed). With `self` the one entry
// of the path itself, which may be a link. Answered by one or more Entries messages, the final one with `last`, or by
// Done with an error.
struct List {
  uint32_t request = 0;
  std::string path;
  bool recursive = false;
  bool self = false;
};
// Kill everything and exit. The end of the agent's stdin means the same.
struct Shutdown {};

// ---- agent to host ----

// The first message, once.
struct Hello {
  uint32_t version = kProtocolVersion;
  uint32_t pid = 0;
};
struct Started {
  uint32_t process = 0;
  uint32_t pid = 0;
};
enum class Stream : uint8_t { Out = 1, Err = 2 };
struct Output {
  uint32_t process = 0;
  Stream stream = Stream::Out;
  std::string bytes;
};
// The last message about a process: it ended and its output is complete, or `drain_ms` have passed since.
struct Exited {
  uint32_t process = 0;
  uint32_t code = 0;    // exit code, when it exited by itself
  uint32_t signal = 0;  // the signal that ended it, or 0
  bool core_dumped = false;
  bool output_cut = false;  // children still held its output open after `drain_ms`; they live on, unread
  std::string error;        // not empty: it could not be started, with the reason; code is then 127 or 126 as a shell's
  uint64_t user_us = 0;     // processor time of the process itself
  uint64_t system_us = 0;
  uint64_t max_rss_kib = 0;
};
// The end of a file request: `error` is 0 or an errno value.
struct Done {
  uint32_t request = 0;
  uint32_t error = 0;
};
struct FileData {
  uint32_t request = 0;
  uint64_t size = 0;  // the whole file's size when it was read
  std::string bytes;
};
enum class EntryKind : uint8_t { File, Folder, Link, Other };
struct Entry {
  std::string path;  // relative to the folder asked for; "" for what was asked for with `self`
  EntryKind kind = EntryKind::Other;
  uint32_t mode = 0;  // permission bits
  uint64_t size = 0;
  std::string target;  // of a link
};
struct Entries {
  uint32_t request = 0;
  bool last = false;
  std::vector<Entry> entries;
};

using Message = std::variant<StartProcess, Input, SignalProcess, WriteFile, ReadFile, Remove, MakeFolder, MakeLink,
                             List, Shutdown, Hello, Started, Output, Exited, Done, FileData, Entries>;

// Appends the frame of `message` to `out`. False, with `out` unchanged, when it would be larger than kMaxFrame.
bool Encode(const Message& message, std::string& out);

// Takes bytes as they arrive and gives whole messages.
class Decoder {
 public:
  void Feed(std::string_view bytes);
  // The next message; nothing when more bytes are needed or the stream is damaged.
  std::optional<Message> Next();
  // Set once a frame was malformed (length, type or fields); nothing more can be read then.
  bool damaged() const { return damaged_; }
  size_t buffered() const { return buffer_.size() - start_; }

 private:
  std::string buffer_;
  size_t start_ = 0;
  bool damaged_ = false;
};

}  // namespace sluice::agent
