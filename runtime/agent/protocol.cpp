#include "runtime/agent/protocol.h"

#include <cstring>
#include <type_traits>
#include <utility>

namespace sluice::agent {
namespace {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

// Calls `visit` with each field of a message in the order of the wire: the only description of the format.
template <class V>
void Fields(V& visit, auto& m) {
  using T = std::remove_cvref_t<decltype(m)>;
  if constexpr (std::is_same_v<T, StartProcess>) {
    visit(m.process, m.arguments, m.environment, m.folder, m.user, m.keep_input, m.input, m.drain_ms);
  } else if constexpr (std::is_same_v<T, Input>) {
    visit(m.process, m.last, m.bytes);
  } else if constexpr (std::is_same_v<T, SignalProcess>) {
    visit(m.process, m.signal);
  } else if constexpr (std::is_same_v<T, WriteFile>) {
    visit(m.request, m.path, m.mode, m.append, m.bytes);
  } else if constexpr (std::is_same_v<T, ReadFile>) {
    visit(m.request, m.path, m.offset, m.limit);
  } else if constexpr (std::is_same_v<T, Remove>) {
    visit(m.request, m.path, m.recursive);
  } else if constexpr (std::is_same_v<T, List>) {
    visit(m.request, m.path, m.recursive, m.self);
  } else if constexpr (std::is_same_v<T, MakeFolder>) {
    visit(m.request, m.path, m.mode, m.give);
  } else if constexpr (std::is_same_v<T, MakeLink>) {
    visit(m.request, m.path, m.target);
  } else if constexpr (std::is_same_v<T, Hello>) {
    visit(m.version, m.pid);
  } else if constexpr (std::is_same_v<T, Started>) {
    visit(m.process, m.pid);
  } else if constexpr (std::is_same_v<T, Output>) {
    visit(m.process, m.stream, m.bytes);
  } else if constexpr (std::is_same_v<T, Exited>) {
    visit(m.process, m.code, m.signal, m.core_dumped, m.output_cut, m.error, m.user_us, m.system_us, m.max_rss_kib);
  } else if constexpr (std::is_same_v<T, Done>) {
    visit(m.request, m.error);
  } else if constexpr (std::is_same_v<T, FileData>) {
    visit(m.request, m.size, m.bytes);
  } else if constexpr (std::is_same_v<T, Entry>) {
    visit(m.path, m.kind, m.mode, m.size, m.target);
  } else if constexpr (std::is_same_v<T, Entries>) {
    visit(m.request, m.last, m.entries);
  } else {
    static_assert(std::is_same_v<T, Shutdown>);
  }
}

struct Writer {
  std::string& out;

  void operator()(const auto&... fields) { (Put(fields), ...); }

  template <class T>
  void Put(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      Put(static_cast<uint32_t>(value.size()));
      out += value;
    } else if constexpr (IsVector<T>::value) {
      Put(static_cast<uint32_t>(value.size()));
      for (const auto& item : value) Put(item);
    } else if constexpr (std::is_same_v<T, Entry>) {
      Fields(*this, value);
    } else if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool>) {
      out += static_cast<char>(value);
    } else {
      for (size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(static_cast<uint64_t>(value) >> (8 * i));
    }
  }
};

struct Reader {
  std::string_view in;
  bool ok = true;

  void operator()(auto&... fields) { (Get(fields), ...); }

  template <class T>
  void Get(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = Take(Size());
    } else if constexpr (IsVector<T>::value) {
      for (uint32_t left = Size(); ok && left > 0; --left) Get(value.emplace_back());
    } else if constexpr (std::is_same_v<T, Entry>) {
      Fields(*this, value);
    } else if constexpr (std::is_same_v<T, bool>) {
      value = Byte(1) == 1;
    } else if constexpr (std::is_same_v<T, Stream>) {
      value = static_cast<Stream>(Byte(2));
      if (value != Stream::Out && value != Stream::Err) ok = false;
    } else if constexpr (std::is_same_v<T, EntryKind>) {
      value = static_cast<EntryKind>(Byte(static_cast<uint8_t>(EntryKind::Other)));
    } else {
      const std::string_view bytes = Take(sizeof(T));
      uint64_t number = 0;
      for (size_t i = 0; i < bytes.size(); ++i)
        number |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
      value = static_cast<T>(number);
    }
  }

 private:
  // A count of bytes or items. Every item takes at least one byte, so a count beyond the rest is damage.
  uint32_t Size() {
    uint32_t size = 0;
    Get(size);
    if (size > in.size()) ok = false;
    return ok ? size : 0;
  }
  uint8_t Byte(uint8_t largest) {
    const std::string_view bytes = Take(1);
    const uint8_t value = bytes.empty() ? 0 : static_cast<uint8_t>(bytes[0]);
    if (value > largest) ok = false;
    return ok ? value : 0;
  }
  std::string_view Take(size_t size) {
    if (!ok || size > in.size()) {
      ok = false;
      return {};
    }
    const std::string_view bytes = in.substr(0, size);
    in.remove_prefix(size);
    return bytes;
  }
};

uint32_t ReadLength(std::string_view bytes) {
  uint32_t length = 0;
  Reader{bytes.substr(0, 4)}.Get(length);
  return length;
}

// Reads the fields of the message whose place in the variant is `type`.
template <size_t I = 0>
std::optional<Message> ReadMessage(size_t type, std::string_view fields) {
  if constexpr (I == std::variant_size_v<Message>) {
    return std::nullopt;
  } else {
    if (type != I) return ReadMessage<I + 1>(type, fields);
    std::variant_alternative_t<I, Message> message;
    Reader reader{fields};
    Fields(reader, message);
    if (!reader.ok || !reader.in.empty()) return std::nullopt;
    return Message(std::move(message));
  }
}

}  // namespace

bool Encode(const Message& message, std::string& out) {
  const size_t start = out.size();
  out.append(4, '\0');
  out += static_cast<char>(message.index());
  Writer writer{out};
  std::visit([&](const auto& m) { Fields(writer, m); }, message);
  const size_t length = out.size() - start - 4;
  if (length > kMaxFrame) {
    out.resize(start);
    return false;
  }
  for (size_t i = 0; i < 4; ++i) out[start + i] = static_cast<char>(length >> (8 * i));
  return true;
}

void Decoder::Feed(std::string_view bytes) {
  if (damaged_) return;
  if (start_ > 0 && start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  } else if (start_ > (1u << 16)) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  buffer_ += bytes;
}

std::optional<Message> Decoder::Next() {
  const std::string_view rest = std::string_view(buffer_).substr(start_);
  if (damaged_ || rest.size() < 4) return std::nullopt;
  const uint32_t length = ReadLength(rest);
  if (length == 0 || length > kMaxFrame) {
    damaged_ = true;
    return std::nullopt;
  }
  if (rest.size() - 4 < length) return std::nullopt;
  auto message = ReadMessage(static_cast<uint8_t>(rest[4]), rest.substr(5, length - 1));
  if (!message) damaged_ = true;
  start_ += 4 + length;
  return message;
}

}  // namespace sluice::agent
