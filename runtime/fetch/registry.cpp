#include "runtime/fetch/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <thread>
#include <vector>

#include "compiler/base/text.h"
#include "runtime/fetch/process.h"

namespace sluice::fetch {
namespace {

constexpr std::string_view kDockerHub = "registry-1.docker.io";

// What a tag may name, an index of platforms first.
constexpr std::string_view kManifests =
    "Accept: application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

bool IsLoopback(std::string_view host) {
  const std::string_view name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  return name == "localhost" || name == "[::1]" || name.starts_with("127.");
}

bool IsOf(std::string_view text, std::string_view more) {
  return !text.empty() &&
         std::ranges::all_of(text, [&](char c) { return IsAsciiAlnum(c) || more.find(c) != std::string_view::npos; });
}

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// A value of curl's configuration, which is given on standard input: arguments are seen by every user of the machine.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c != '\n' && c != '\r') out += c;
  }
  return out + "\"\n";
}

Response ReadResponse(const std::string& out) {
  Response response;
  std::string_view rest = out;
  while (rest.starts_with("HTTP/")) {
    response = {};
    const size_t end = std::min(rest.find("\r\n\r\n"), rest.size());
    const std::string_view head = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 4, rest.size()));
    const size_t blank = head.find(' ');
    if (blank != std::string_view::npos)
      std::from_chars(head.data() + blank + 1, head.data() + std::min(blank + 4, head.size()), response.status);
    for (std::string_view line : SplitString(head, '\n')) {
      const size_t colon = line.find(": ");
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (colon != std::string_view::npos)
        response.headers[AsciiLower(line.substr(0, colon))] = std::string(line.substr(colon + 2));
    }
  }
  response.body = rest;
  return response;
}

// `Bearer realm="https://…",service="…"` -> its parameters.
std::map<std::string, std::string> ReadChallenge(std::string_view text) {
  std::map<std::string, std::string> parameters;
  constexpr std::string_view kScheme = "Bearer ";
  if (!EqualsIgnoreCase(text.substr(0, kScheme.size()), kScheme)) return parameters;
  text.remove_prefix(kScheme.size());
  while (!text.empty()) {
    const size_t open = text.find("=\"");
    if (open == std::string_view::npos) break;
    const size_t close = text.find('"', open + 2);
    if (close == std::string_view::npos) break;
    std::string_view name = text.substr(0, open);
    while (name.starts_with(',') || name.starts_with(' ')) name.remove_prefix(1);
    parameters[AsciiLower(name)] = std::string(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 1);
  }
  return parameters;
}

// The string member `name` of a JSON object, for tokens: letters and digits without escapes.
std::string JsonString(const std::string& json, const std::string& name) {
  const size_t key = json.find("\"" + name + "\"");
  const size_t open = key == std::string::npos ? key : json.find('"', json.find(':', key));
  const size_t close = open == std::string::npos ? open : json.find('"', open + 1);
  return close == std::string::npos ? "" : json.substr(open + 1, close - open - 1);
}

class Registry {
 public:
  Registry(const ImageName& image, const Patience& patience) : image_(image), patience_(patience) {}

  Outcome<std::string> Digest() {
    const std::string scheme = IsLoopback(image_.registry) ? "http" : "https";
    const std::string url = fmt::format("{}://{}/v2/{}/manifests/{}", scheme, image_.registry, image_.repository,
                                        image_.digest.empty() ? image_.tag : image_.digest);
    auto answer = Ask(url, true, "");
    if (answer.ok() && answer->status == 401) {
      auto token = Token(answer->headers["www-authenticate"]);
      if (!token.ok()) return token.trouble();
      answer = Ask(url, true, *token);
    }
    if (!answer.ok()) return answer.trouble();
    if (answer->status == 404 || answer->status == 401 || answer->status == 403)
      return Trouble{Trouble::Kind::Missing, fmt::format("{} shows no image {}:{} (HTTP {})", image_.registry,
                                                         image_.repository, image_.tag, answer->status)};
    const std::string digest = answer->headers["docker-content-digest"];
    if (answer->status != 200 || digest.empty())
      return Trouble{Trouble::Kind::Refused, fmt::format("{} gives no digest for {}:{} (HTTP {})", image_.registry,
                                                         image_.repository, image_.tag, answer->status)};
    return digest;
  }

 private:
  Outcome<std::string> Token(const std::string& challenge) {
    auto parameters = ReadChallenge(challenge);
    const std::string& realm = parameters["realm"];
    const bool loopback = realm.starts_with("http://") && IsLoopback(realm.substr(7)) && IsLoopback(image_.registry);
    if (!realm.starts_with("https://") && !loopback)
      return Trouble{Trouble::Kind::Missing, fmt::format("{} wants a login", image_.registry)};
    const std::string url =
        fmt::format("{}{}service={}&scope=repository:{}:pull", realm, realm.find('?') == std::string::npos ? "?" : "&",
                    parameters["service"], image_.repository);
    auto answer = Ask(url, false, "");
    if (!answer.ok()) return answer.trouble();
    std::string token = JsonString(answer->body, "token");
    if (token.empty()) token = JsonString(answer->body, "access_token");
    if (token.empty())
      return Trouble{Trouble::Kind::Missing,
                     fmt::format("{} shows {} to nobody without a login", image_.registry, image_.repository)};
    return token;
  }

  Program Curl(const std::string& url, bool head, const std::string& token) const {
    Program program;
    const std::string seconds = fmt::format("{:.3f}", static_cast<double>(patience_.time.count()) / 1000);
    program.arguments = {
        "curl",       "--config", "-",       "--silent",    "--show-error", "--suppress-connect-headers",
        "--max-time", seconds,    "--proto", "=http,https", "--globoff"};
    if (head)
      program.arguments.emplace_back("--head");
    else
      program.arguments.emplace_back("--include");
    program.input = "url = " + Quoted(url) + "header = " + Quoted(kManifests);
    if (!token.empty()) program.input += "header = " + Quoted("Authorization: Bearer " + token);
    program.time = patience_.time + std::chrono::seconds(1);  // curl's own sentence is better than ours
    program.most_output = size_t{1} << 20;
    return program;
  }

  Outcome<Response> Ask(const std::string& url, bool head, const std::string& token) {
    constexpr int kTimeOut = 28;
    auto pause = patience_.pause;
    for (int attempt = 1;; ++attempt) {
      const Result<Finished> finished = Run(Curl(url, head, token));
      if (!finished.ok()) return Trouble{Trouble::Kind::Refused, finished.error().message};
      const bool hangs = finished->timed_out || finished->status == kTimeOut;
      Response response = ReadResponse(finished->out);
      const bool busy = response.status == 429 || response.status >= 500;
      if (finished->status == 0 && !hangs && !busy) return response;
      if (hangs)
        return Trouble{Trouble::Kind::Unreachable, fmt::format("{} gave no answer in {:.3g} s", image_.registry,
                                                               static_cast<double>(patience_.time.count()) / 1000)};
      if (attempt >= patience_.attempts) {
        std::string why = busy ? fmt::format("HTTP {}", response.status) : finished->errors;
        while (why.ends_with('\n')) why.pop_back();
        return Trouble{Trouble::Kind::Unreachable, fmt::format("{}: {}", image_.registry, why)};
      }
      std::this_thread::sleep_for(pause);
      pause *= 2;
    }
  }

  const ImageName& image_;
  const Patience& patience_;
};

}  // namespace

Outcome<std::string> ImageDigest(const ImageName& image, const Patience& patience) {
  return Registry(image, patience).Digest();
}

std::optional<ImageName> ParseImageName(std::string_view text) {
  ImageName image;
  if (const size_t at = text.find('@'); at != std::string_view::npos) {
    image.digest = text.substr(at + 1);
    text = text.substr(0, at);
    if (!IsOf(image.digest, ":")) return std::nullopt;
  }
  const size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  const bool host =
      slash != std::string_view::npos && (first == "localhost" || first.find_first_of(".:") != std::string_view::npos);
  image.registry = host ? first : kDockerHub;
  if (host) text.remove_prefix(slash + 1);
  if (image.registry == "docker.io" || image.registry == "index.docker.io") image.registry = kDockerHub;
  const size_t colon = text.rfind(':');
  image.tag = colon == std::string_view::npos ? "latest" : text.substr(colon + 1);
  image.repository = text.substr(0, colon);
  if (image.repository.empty()) return std::nullopt;
  if (image.registry == kDockerHub && image.repository.find('/') == std::string::npos)
    image.repository = "library/" + image.repository;
  if (!IsOf(image.repository, "._-/") || !IsOf(image.tag, "._-") || !IsOf(image.registry, ".-:[]")) return std::nullopt;
  return image;
}

}  // namespace sluice::fetch
