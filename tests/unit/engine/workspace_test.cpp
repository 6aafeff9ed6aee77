#include "runtime/engine/workspace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/engine/oci_config.h"
#include "runtime/engine/workspace_state.h"

namespace sluice::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string Nul(std::initializer_list<std::string> items) {
  std::string all;
  for (const std::string& item : items) all += item + '\0';
  return all;
}

TEST(HiddenPaths, AreTheIgnoredOnesWithoutWhatLiesBelowThem) {
  EXPECT_THAT(HiddenPaths(Nul({"!! b/", " M src/a.c", "?? new", "!! a.o", "!! b/c", "!! b/d/e", "!! b-c"}), false),
              ElementsAre("a.o", "b", "b-c"));
  EXPECT_THAT(HiddenPaths(Nul({"!! x y\nz", "!! -n", "!! !! q"}), true), ElementsAre("!! q", "-n", ".git", "x y\nz"));
  EXPECT_THAT(HiddenPaths("", false), ElementsAre());
}

TEST(HiddenPaths, NeverLeaveTheRepository) {
  EXPECT_THAT(HiddenPaths(Nul({"!! ../x", "!! /etc", "!! a//b", "!! ./c", "!! /", "!! "}), false), ElementsAre());
}

TEST(WorkspaceState, IsWrittenAndReadBack) {
  WorkspaceState state;
  state.Note("/etc");
  state.Note("/no such file");
  WorkspaceState again;
  ASSERT_TRUE(again.Read(state.Write()));
  EXPECT_TRUE(again.Holds());
  EXPECT_EQ(again.Write(), state.Write());
  EXPECT_FALSE(again.Read("1 2 x"));
  EXPECT_FALSE(again.Read("1 2 3 4 /path without its end"));
  std::string changed = state.Write();
  changed[0] = changed[0] == '1' ? '2' : '1';
  ASSERT_TRUE(again.Read(changed));
  EXPECT_FALSE(again.Holds());
}

TEST(OciConfig, HasNoRightsAndLimitsBeyondWhatIsAsked) {
  JobSpec job;
  job.hostname = "box";
  job.mounts = {{"/from", "/to", true}};
  job.limits.memory_bytes = 1000;
  OciSetting setting;
  setting.root = "/root-folder";
  setting.workspace = "/workspace-folder";
  setting.arguments = {"/agent"};
  const std::string text = OciConfig(job, setting, false);
  EXPECT_THAT(text, HasSubstr(R"("hostname":"box")"));
  EXPECT_THAT(text, HasSubstr(R"("source":"/from")"));
  EXPECT_THAT(text, Not(HasSubstr("CAP_SYS_ADMIN")));
  EXPECT_THAT(text, Not(HasSubstr("rlimits")));
  EXPECT_THAT(text, Not(HasSubstr("resources")));
  for (const char* refused : {"\"bpf\"", "\"mount\"", "\"io_uring_setup\"", "\"clone3\"", "\"swapon\""})
    EXPECT_THAT(text, HasSubstr(refused));
  EXPECT_THAT(text, HasSubstr(R"("args":[{"index":0,"op":"SCMP_CMP_EQ","value":40}],"errnoRet":1,"names":["socket"])"));
  EXPECT_THAT(OciConfig(job, setting, true), HasSubstr(R"("resources":{"memory":{"limit":1000}})"));
}

}  // namespace
}  // namespace sluice::engine
