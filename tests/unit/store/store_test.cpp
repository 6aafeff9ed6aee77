#include "runtime/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/store/run_folder.h"
#include "tests/unit/store/tar.h"

namespace sluice::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sluice-store-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = std::move(Store::Open(folder_ + "/store")).value();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<std::string> Names(const std::string& below) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(store_->root() + "/" + below))
      names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  Result<ImageName> Import(const std::string& name, const Tar& tar) {
    return store_->ImportImage(name, tar.Write(folder_ + "/in.tar"));
  }
  // A `docker save` archive of layers.
  static Tar Docker(const std::vector<Tar>& layers, const std::string& tags = "[\"app:1\"]", bool lie = false) {
    Tar archive;
    std::string ids;
    std::string files;
    for (const Tar& layer : layers) {
      const std::string bytes = layer.Bytes();
      std::string digest = Sha256(bytes);
      if (lie) digest = Sha256("something else");
      ids += (ids.empty() ? "\"" : ",\"") + digest + "\"";
      const std::string file = Sha256(bytes).substr(7) + "/layer.tar";
      files += (files.empty() ? "\"" : ",\"") + file + "\"";
      archive.Add(file, bytes);
    }
    const std::string config =
        "{\"config\":{\"Env\":[\"PATH=/bin\",\"A=b\"],\"User\":\"1000\",\"WorkingDir\":\"/app\","
        "\"Cmd\":[\"sh\"],\"Entrypoint\":null},\"rootfs\":{\"diff_ids\":[" +
        ids + "]}}";
    const std::string config_name = Sha256(config).substr(7) + ".json";
    archive.Add(config_name, config);
    archive.Add("manifest.json",
                "[{\"Config\":\"" + config_name + "\",\"RepoTags\":" + tags + ",\"Layers\":[" + files + "]}]");
    return archive;
  }

  std::string folder_;
  std::unique_ptr<Store> store_;
};

TEST(Digests, AreSha256) {
  EXPECT_EQ(Sha256("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(IsDigest(Sha256("")));
  EXPECT_FALSE(IsDigest("sha256:ABC"));
  EXPECT_FALSE(IsDigest("sha256:" + std::string(64, 'g')));
}

TEST_F(StoreTest, KeepsBytesByDigest) {
  const std::string bytes("a\0b", 3);
  const Digest digest = store_->PutBytes(bytes).value();
  EXPECT_EQ(digest, Sha256(bytes));
  EXPECT_EQ(store_->PutBytes(bytes).value(), digest);
  EXPECT_EQ(store_->ReadBytes(digest).value(), bytes);
  EXPECT_FALSE(store_->Has(Sha256("other")));
  EXPECT_FALSE(store_->ReadBytes("../../etc/passwd").ok());
}

TEST_F(StoreTest, KeepsStreamsWholeOrNotAtAll) {
  int pieces = 0;
  const auto next = [&]() -> Result<std::string> {
    return ++pieces > 3 ? "" : std::string(100'000, static_cast<char>('a' + pieces));
  };
  const Digest digest = store_->PutStream(next).value();
  EXPECT_EQ(store_->ReadBytes(digest)->size(), 300'000u);
  pieces = 0;
  const auto breaks = [&]() -> Result<std::string> {
    if (++pieces == 3) return Error{"the container ended"};
    return std::string("half");
  };
  EXPECT_EQ(store_->PutStream(breaks).error().message, "the container ended");
  EXPECT_THAT(Names("tmp"), ElementsAre());
}

TEST_F(StoreTest, SeesDamagedBytes) {
  const Digest digest = store_->PutBytes("good").value();
  std::ofstream(store_->BlobPath(digest)) << "evil";
  EXPECT_THAT(store_->ReadBytes(digest).error().message, HasSubstr("is damaged"));
}

TEST_F(StoreTest, ImportsARootFilesystem) {
  const auto image = Import(
      "base", Tar().Folder("./etc/").Add("./etc/name", "x").Link("./l", "/etc/name").HardLink("./h", "./etc/name"));
  ASSERT_TRUE(image.ok()) << image.error().message;
  const Image found = store_->FindImage("base").value();
  ASSERT_EQ(found.layers.size(), 1u);
  EXPECT_EQ(fs::read_symlink(found.layers[0] + "/l"), "/etc/name");
  EXPECT_EQ(fs::hard_link_count(found.layers[0] + "/h"), 2u);
  EXPECT_THAT(found.env, ElementsAre("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
  EXPECT_EQ(store_->FindImage(image->digest)->digest, image->digest);
  EXPECT_EQ(Import("again",
                   Tar().Folder("./etc/").Add("./etc/name", "x").Link("./l", "/etc/name").HardLink("./h", "./etc/name"))
                ->digest,
            image->digest);
  EXPECT_THAT(Names("tmp"), ElementsAre());
}

TEST_F(StoreTest, ImportsDockerArchivesWithTheirWhiteouts) {
  const Tar lower = Tar().Folder("etc").Add("etc/gone", "1").Folder("data").Add("data/old", "2");
  const Tar upper =
      Tar().Folder("etc").Add("etc/.wh.gone").Folder("data").Add("data/.wh..wh..opq").Add("data/new", "3");
  const auto image = Import("app:1", Docker({lower, upper}));
  ASSERT_TRUE(image.ok()) << image.error().message;
  const Image found = store_->FindImage("app:1").value();
  EXPECT_THAT(found.env, ElementsAre("PATH=/bin", "A=b"));
  EXPECT_EQ(found.user, "1000");
  EXPECT_EQ(found.folder, "/app");
  EXPECT_THAT(found.command, ElementsAre("sh"));
  ASSERT_EQ(found.layers.size(), 2u);
  struct stat info;
  ASSERT_EQ(::lstat((found.layers[1] + "/etc/gone").c_str(), &info), 0);
  EXPECT_TRUE(S_ISCHR(info.st_mode) && info.st_rdev == 0);
  char value[8] = {};
  const char* name = ::geteuid() == 0 ? "trusted.overlay.opaque" : "user.overlay.opaque";
  EXPECT_EQ(::getxattr((found.layers[1] + "/data").c_str(), name, value, sizeof value), 1);
  EXPECT_FALSE(fs::exists(found.layers[1] + "/data/.wh..wh..opq"));
}

TEST_F(StoreTest, ImportsOciArchives) {
  const std::string layer = Tar().Add("file", "x").Bytes();
  const std::string config = "{\"config\":{\"Env\":[\"PATH=/x\"]}}";
  const std::string manifest =
      "{\"config\":{\"digest\":\"" + Sha256(config) + "\"},\"layers\":[{\"digest\":\"" + Sha256(layer) + "\"}]}";
  auto blob = [](const std::string& bytes) { return "blobs/sha256/" + Sha256(bytes).substr(7); };
  const std::string index = "{\"manifests\":[{\"digest\":\"" + Sha256(manifest) + "\"}]}";
  const auto image = Import("oci", Tar()
                                       .Add("oci-layout", "{}")
                                       .Add(blob(layer), layer)
                                       .Add(blob(config), config)
                                       .Add(blob(manifest), manifest)
                                       .Add("index.json", index));
  ASSERT_TRUE(image.ok()) << image.error().message;
  EXPECT_THAT(store_->FindImage("oci")->env, ElementsAre("PATH=/x"));
  const auto damaged = Import("bad", Tar()
                                         .Add("oci-layout", "{}")
                                         .Add(blob(layer), layer + "y")
                                         .Add(blob(config), config)
                                         .Add(blob(manifest), manifest)
                                         .Add("index.json", index));
  EXPECT_THAT(damaged.error().message, HasSubstr("is damaged"));
}

TEST_F(StoreTest, RefusesWhatLeadsOutOfAnImage) {
  const std::string victim = folder_ + "/victim";
  std::ofstream(victim) << "untouched";
  const Tar hostile[] = {
      Tar().Add("../victim", "evil"),
      Tar().Add("a/../../victim", "evil"),
      Tar().Add(victim, "evil"),
      Tar().Link("d", folder_).Add("d/victim", "evil"),
      Tar().Link("d", folder_).Folder("d/made"),
      Tar().Link("d", folder_).HardLink("h", "d/victim").Add("h", "evil"),
      Tar().HardLink("h", "../victim"),
      Tar().HardLink("h", victim),
      Tar().Link("d", folder_).Add("d/.wh.victim"),
      Tar().Link("d", folder_).Add("d/.wh..wh..opq"),
      Tar().Add(".wh...", ""),
  };
  for (const Tar& tar : hostile) {
    static_cast<void>(Import("evil", tar));  // most are refused; none may touch what is outside
    std::ifstream file(victim);
    EXPECT_EQ(std::string((std::istreambuf_iterator<char>(file)), {}), "untouched") << &tar - hostile;
    EXPECT_FALSE(fs::exists(folder_ + "/made"));
    EXPECT_FALSE(fs::exists(folder_ + "/store/victim"));
  }
  for (int i : {0, 1, 2, 6, 7, 10}) {
    const auto refused = Import("evil" + std::to_string(i), hostile[i]);
    ASSERT_FALSE(refused.ok()) << i;
    EXPECT_THAT(refused.error().message, HasSubstr("leads out of the image"));
  }
  EXPECT_THAT(Names("tmp"), ElementsAre());
}

TEST_F(StoreTest, SaysWhatIsWrongWithAnArchive) {
  std::ofstream(folder_ + "/text")
      << "this is not an archive, but it is long enough to be looked at by everybody who reads archives";
  EXPECT_THAT(store_->ImportImage("x", folder_ + "/text").error().message, HasSubstr("is not an image archive"));
  EXPECT_THAT(store_->ImportImage("x", folder_ + "/none").error().message, HasSubstr("No such file or directory"));
  EXPECT_THAT(store_->ImportImage("../x", folder_ + "/text").error().message, HasSubstr("cannot be an image's name"));
  EXPECT_THAT(Import("x", Docker({Tar().Add("a", "1")}, "[\"app:1\"]", true)).error().message, HasSubstr("is damaged"));
  EXPECT_THAT(Import("x", Tar().Add("manifest.json", "[{]")).error().message, HasSubstr("is not JSON"));
  EXPECT_THAT(Import("x", Tar().Add("manifest.json", "[]")).error().message, HasSubstr("holds no image"));
  EXPECT_THAT(Import("x", Tar().Add("manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]")).error().message,
              HasSubstr("lacks its part"));
  EXPECT_FALSE(store_->FindImage("x").ok());
  EXPECT_THAT(Names("images"), ElementsAre());
}

TEST_F(StoreTest, RemovesWhatNoImageNeeds) {
  const Tar shared = Tar().Add("shared", "s");
  const Tar own = Tar().Add("own", "o");
  ASSERT_TRUE(Import("a", Docker({shared})).ok());
  ASSERT_TRUE(Import("b/c:1", Docker({shared, own})).ok());
  std::vector<std::string> names;
  const auto images = store_->Images();
  for (const ImageName& image : *images) names.push_back(image.name);
  EXPECT_THAT(names, ElementsAre("a", "b/c:1"));
  {
    const auto use = store_->UseImage(store_->FindImage("b/c:1")->digest).value();
    EXPECT_THAT(store_->RemoveImage("b/c:1").error().message, HasSubstr("is in use by a run"));
  }
  ASSERT_TRUE(store_->RemoveImage("b/c:1").ok());
  const std::string kept = Sha256(shared.Bytes()).substr(7);
  EXPECT_THAT(Names("layers"), ElementsAre(kept, kept + ".size"));
  EXPECT_TRUE(fs::exists(store_->FindImage("a")->layers[0] + "/shared"));
  EXPECT_THAT(store_->RemoveImage("b/c:1").error().message, HasSubstr("there is no image `b/c:1`"));
}

TEST_F(StoreTest, TakesWritersSideBySide) {
  std::vector<pid_t> writers;
  const std::string archive =
      Docker({Tar().Add("a", std::string(200'000, 'a')), Tar().Add("b", "2")}).Write(folder_ + "/in.tar");
  for (int i = 0; i < 8; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      auto other = Store::Open(store_->root());
      bool good = other.ok() && (*other)->ImportImage("image" + std::to_string(i % 3), archive).ok();
      for (int n = 0; n < 50 && good; ++n) good = (*other)->PutBytes("blob" + std::to_string(n)).ok();
      ::_exit(good ? 0 : 1);
    }
    writers.push_back(pid);
  }
  for (const pid_t pid : writers) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(store_->Images()->size(), 3u);
  EXPECT_EQ(store_->FindImage("image0")->layers.size(), 2u);
  EXPECT_THAT(Names("tmp"), ElementsAre());
  EXPECT_EQ(store_->ReadBytes(Sha256("blob7")).value(), "blob7");
}

TEST_F(StoreTest, SweepsOnlyDeadRuns) {
  const auto alive = RunFolder::Create(*store_).value();
  const pid_t pid = ::fork();
  if (pid == 0) {
    auto dead = RunFolder::Create(*store_).value();
    fs::create_directories(dead->path() + "/deep/er");
    fs::permissions(dead->path() + "/deep", fs::perms::none);
    ::_exit(0);  // without its destructor, as after kill -9
  }
  ::waitpid(pid, nullptr, 0);
  EXPECT_EQ(Names("runs").size(), 4u);
  int seen = 0;
  EXPECT_EQ(SweepDeadFolders(store_->root() + "/runs", [&](const std::string&) { ++seen; }), 1);
  EXPECT_EQ(seen, 1);
  EXPECT_THAT(Names("runs"), ElementsAre(alive->id(), alive->id() + ".lock"));
}

}  // namespace
}  // namespace sluice::store
