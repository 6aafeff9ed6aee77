#pragma once

#include <string>
#include <string_view>

// Versions as tags name them: "v7", "v7.0.1", "2.1.0-rc.1".
namespace sluice::catalogue {

// Does it begin as a version does: an optional `v`, then a digit?
bool IsVersion(std::string_view text);

// Compares versions as people read them: v9 < v10 < v10.1; a pre-release is less than its release.
bool VersionLess(std::string_view a, std::string_view b);

// "v7" of "v7.0.1" and of "7.0.1"; empty when it is no version.
std::string MajorOf(std::string_view version);

// How many numbers it has: 1 of "v7", 3 of "v7.0.1".
size_t VersionLength(std::string_view version);

// May a tag `ref` name the version? v7 covers v7.0.1 and not v8.0.0; v7.0.1 covers only itself; a ref that is no
// version ("stable") may name any.
bool Covers(std::string_view ref, std::string_view version);

// A version as exact as `ref` is: "v8" for ("v7", "v8.1.2"), "v8.1.2" for ("v7.0.1", "v8.1.2").
std::string RefLike(std::string_view ref, std::string_view version);

}  // namespace sluice::catalogue
