#include "legacy/sms/media_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/sms/media_fixture.hpp"

namespace sms {
namespace {

class MediaFilesTest : public testing::Test {
 protected:
  std::unique_ptr<MediaFiles> open(std::uint64_t most = 1000) {
    return std::make_unique<MediaFiles>(io.get_executor(), directory.path.string(), "https://gw.test/",
                                        MediaFiles::Bounds{48h, most}, disk.aside());
  }
  // The path at the listener.
  std::string put(MediaFiles& files, const std::string& type, const std::string& bytes, const std::string& owner = {}) {
    std::string url;
    files.put(type, std::make_shared<const std::string>(bytes), owner,
              [&](std::string placed) { url = std::move(placed); });
    EXPECT_EQ(url, "");
    disk.flush();
    const std::string_view start = "https://gw.test";
    EXPECT_TRUE(url.starts_with(start)) << url;
    return url.substr(std::min(start.size(), url.size()));
  }
  base::HttpResponse get(MediaFiles& files, const std::string& target, const std::string& method = "GET") {
    base::HttpResponse got{0, {}, {}};
    files.serve({method, target, {}, {}, ""}, base::HttpReply([&](base::HttpResponse r) { got = std::move(r); }));
    disk.flush();
    return got;
  }

  asio::io_context io{1};
  Directory directory;
  Disk disk;
};

TEST_F(MediaFilesTest, ServesWhatWasPutAndSaysWhatItIs) {
  const auto files = open();
  const auto target = put(*files, "image/jpeg", "picture");
  EXPECT_TRUE(target.starts_with("/media/") && target.ends_with("/image.jpg")) << target;
  for (const char* method : {"GET", "HEAD"}) {
    const auto answer = get(*files, target, method);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "picture");
    EXPECT_EQ(base::find_header(answer.headers, "Content-Type"), "image/jpeg");
    EXPECT_EQ(base::find_header(answer.headers, "Content-Disposition"), "inline; filename=\"image.jpg\"");
    EXPECT_EQ(base::find_header(answer.headers, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(base::find_header(answer.headers, "Content-Security-Policy"), "default-src 'none'");
  }
  const auto drawing = get(*files, put(*files, "image/svg+xml", "<svg/>"));
  EXPECT_EQ(base::find_header(drawing.headers, "Content-Disposition"), "attachment; filename=\"image.svg\"");
}

TEST_F(MediaFilesTest, NothingElseIsServed) {
  const auto files = open();
  const auto target = put(*files, "image/jpeg", "picture");
  const std::string id = target.substr(7, 22);
  const std::string other = (id.front() == 'x' ? "y" : "x") + id.substr(1);
  std::ofstream(directory.path / "secret") << "s";
  for (const std::string& wrong :
       {std::string("/media/"), "/media/" + id, "/media/" + id + "/", "/media/" + id + "/image.exe", target + "x",
        "/media/" + other + "/image.jpg", std::string("/media/../secret"), "/media/" + id + "/../../secret"})
    EXPECT_EQ(get(*files, wrong).status, 404) << wrong;
  EXPECT_EQ(get(*files, target, "POST").status, 405);
  EXPECT_EQ(get(*files, target + "?x=y").status, 200);
}

TEST_F(MediaFilesTest, FilesStayOverARestartAndGoInTime) {
  std::string target;
  {
    const auto files = open();
    target = put(*files, "video/3gpp", "film");
  }
  std::ofstream(directory.path / ".part-AAAAAAAAAAAAAAAAAAAAAA.image.jpeg") << "half";
  const auto files = open();
  EXPECT_EQ(directory.count(), 1u) << "what a crash has left is gone";
  EXPECT_EQ(get(*files, target).body, "film");
  files->sweep(base::WallTime::clock::now() + 47h);
  disk.flush();
  EXPECT_EQ(get(*files, target).status, 200);
  files->sweep(base::WallTime::clock::now() + 49h);
  disk.flush();
  EXPECT_EQ(get(*files, target).status, 404);
  EXPECT_EQ(directory.count(), 0u);
}

TEST_F(MediaFilesTest, WhatCantBeWrittenHasNoUrl) {
  const auto files = open();
  std::filesystem::remove_all(directory.path);
  std::string url = "?";
  files->put("image/png", std::make_shared<const std::string>("x"),
             [&](std::string placed) { url = std::move(placed); });
  disk.flush();
  EXPECT_EQ(url, "");
  const MediaFiles::Bounds bounds{48h, 1000};
  EXPECT_THROW(MediaFiles(io.get_executor(), "/proc/none", "https://gw.test", bounds, disk.aside()),
               std::runtime_error);
}

TEST_F(MediaFilesTest, TheyTakeNoMoreThanTheyMay) {
  auto files = open(10);
  const auto target = put(*files, "image/png", "1234567");
  EXPECT_EQ(get(*files, target).status, 200);
  files = open(10);
  std::string url = "?";
  const auto put_another = [&] {
    files->put("image/png", std::make_shared<const std::string>("1234"),
               [&](std::string placed) { url = std::move(placed); });
    disk.flush();
  };
  put_another();
  EXPECT_EQ(url, "");
  files->sweep(base::WallTime::clock::now() + 49h);
  disk.flush();
  put_another();
  EXPECT_NE(url, "");
}

TEST_F(MediaFilesTest, FewAreInMemoryAtOnce) {
  const auto files = open();
  const auto target = put(*files, "image/png", "x");
  std::vector<base::HttpResponse> being_written;
  for (int reader = 0; reader < 8; ++reader) being_written.push_back(get(*files, target));
  EXPECT_EQ(being_written.back().status, 200);
  EXPECT_EQ(get(*files, target).status, 503);
  being_written.pop_back();
  EXPECT_EQ(get(*files, target).status, 200);
}

TEST_F(MediaFilesTest, WhatIsNoFileIsNotServed) {
  std::filesystem::create_directory(directory.path / "AAAAAAAAAAAAAAAAAAAAAA.image.jpeg");
  const auto files = open();
  EXPECT_EQ(get(*files, "/media/AAAAAAAAAAAAAAAAAAAAAA/image.jpg").status, 404);
}

TEST_F(MediaFilesTest, NobodyElseOnTheMachineReadsThem) {
  const auto files = open();
  put(*files, "image/png", "x");
  const auto file = std::filesystem::directory_iterator(directory.path)->path();
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// With accounts of their own users could otherwise fill it for all.
TEST_F(MediaFilesTest, EachOwnerHasAShare) {
  const auto make = [this] {
    return std::make_unique<MediaFiles>(io.get_executor(), directory.path.string(), "https://gw.test/",
                                        MediaFiles::Bounds{48h, 1000, 10}, disk.aside());
  };
  const auto is_placed = [this](MediaFiles& files, const std::string& owner, std::size_t size) {
    std::string url;
    files.put("image/png", std::make_shared<const std::string>(size, 'x'), owner,
              [&](std::string placed) { url = std::move(placed); });
    disk.flush();
    return !url.empty();
  };
  auto files = make();
  EXPECT_TRUE(is_placed(*files, "mallory", 8));
  EXPECT_FALSE(is_placed(*files, "mallory", 3));
  EXPECT_TRUE(is_placed(*files, "mallory", 2));
  EXPECT_TRUE(is_placed(*files, "alice", 10));
  files = make();
  EXPECT_FALSE(is_placed(*files, "mallory", 1)) << "also after a restart";
  files->sweep(wall_now() + 49h);
  EXPECT_TRUE(is_placed(*files, "mallory", 10));
}

}  // namespace
}  // namespace sms
