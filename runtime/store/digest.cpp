// The plain functions of SHA-256, not OpenSSL's EVP: that reads a configuration and sets up its providers at the first
// use, which takes longer than most commands of sluice altogether, and linked statically it brings all of libcrypto.
#define OPENSSL_API_COMPAT 10100
#include <openssl/sha.h>

#include <memory>

#include "runtime/store/store.h"

namespace sluice::store {

struct Hasher::State {
  SHA256_CTX context;
};

Hasher::Hasher() : state_(std::make_unique<State>()) { SHA256_Init(&state_->context); }

Hasher::~Hasher() = default;

void Hasher::Add(std::string_view bytes) { SHA256_Update(&state_->context, bytes.data(), bytes.size()); }

Digest Hasher::Finish() {
  unsigned char raw[SHA256_DIGEST_LENGTH];
  SHA256_Final(raw, &state_->context);
  Digest digest = "sha256:";
  for (const unsigned char byte : raw) {
    digest += "0123456789abcdef"[byte >> 4];
    digest += "0123456789abcdef"[byte & 15];
  }
  return digest;
}

Digest Sha256(std::string_view bytes) {
  Hasher hasher;
  hasher.Add(bytes);
  return hasher.Finish();
}

bool IsDigest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:") &&
         text.find_first_not_of("0123456789abcdef", 7) == std::string_view::npos;
}

}  // namespace sluice::store
