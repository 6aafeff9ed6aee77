#include <openssl/evp.h>

#include "runtime/store/store.h"

namespace sluice::store {

Hasher::Hasher() : context_(EVP_MD_CTX_new()) {
  SLUICE_CHECK(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1, "no SHA-256");
}

Hasher::~Hasher() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void Hasher::Add(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

Digest Hasher::Finish() {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), raw, &length);
  Digest digest = "sha256:";
  for (unsigned int i = 0; i < length; ++i) {
    digest += "0123456789abcdef"[raw[i] >> 4];
    digest += "0123456789abcdef"[raw[i] & 15];
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
