#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

// Skips the test with its reason; where `CI` is set everything is to be there, so it fails.
#define SKIP_BUT_IN_CI(why)                            \
  do {                                                 \
    if (std::getenv("CI") != nullptr) FAIL() << (why); \
    GTEST_SKIP() << (why);                             \
  } while (false)
