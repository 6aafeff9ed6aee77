#pragma once

#include <fstream>
#include <map>
#include <string>

// Writes tar archives byte by byte, so that tests can put into them what no tool would.
namespace sluice::store {

class Tar {
 public:
  Tar& Add(const std::string& name, const std::string& content = "", char type = '0', const std::string& link = "",
           unsigned mode = 0644) {
    char header[512] = {};
    auto put = [&](size_t at, const std::string& text) { text.copy(header + at, text.size()); };
    auto octal = [&](size_t at, int digits, unsigned long value) {
      std::string text(static_cast<size_t>(digits), '0');
      for (size_t i = text.size(); i-- > 0; value >>= 3) text[i] = static_cast<char>('0' + (value & 7));
      put(at, text);
    };
    put(0, name.substr(0, 100));
    octal(100, 7, mode);
    octal(108, 7, 0);
    octal(116, 7, 0);
    octal(124, 11, type == '0' ? content.size() : 0);
    octal(136, 11, 1700000000);
    put(148, "        ");
    header[156] = type;
    put(157, link.substr(0, 100));
    put(257, std::string("ustar\00000", 8));
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    octal(148, 6, sum);
    header[154] = '\0';
    bytes_.append(header, 512);
    if (type == '0') bytes_ += content + std::string((512 - content.size() % 512) % 512, '\0');
    return *this;
  }
  Tar& Folder(const std::string& name) { return Add(name, "", '5', "", 0755); }
  Tar& Link(const std::string& name, const std::string& target) { return Add(name, "", '2', target); }
  Tar& HardLink(const std::string& name, const std::string& target) { return Add(name, "", '1', target); }

  std::string Bytes() const { return bytes_ + std::string(1024, '\0'); }
  std::string Write(const std::string& path) const {
    std::ofstream(path, std::ios::binary) << Bytes();
    return path;
  }

 private:
  std::string bytes_;
};

}  // namespace sluice::store
