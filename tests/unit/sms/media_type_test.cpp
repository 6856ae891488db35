#include "legacy/sms/media_type.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

TEST(MediaTypeTest, IsReadFromTheHeader) {
  EXPECT_EQ(media_type("Image/JPEG; name=\"a.jpg\""), "image/jpeg");
  EXPECT_EQ(media_type(" text/x-vCard ;charset=utf-8"), "text/x-vcard");
  for (const char* bad : {"", "image", "image/", "/jpeg", "image/jp eg", "image/jpeg\r\nX: y", "image/a/b",
                          "application/octet-stream", "binary/octet-stream", "image/../../etc"})
    EXPECT_EQ(media_type(bad), "") << bad;
}

TEST(MediaTypeTest, WhatIsDoneWithIt) {
  for (const char* type : {"image/jpeg", "image/heic", "audio/amr", "video/3gpp", "text/vcard", "text/x-vcard",
                           "application/pdf", "text/plain"})
    EXPECT_EQ(use_of(type), MediaUse::shown) << type;
  for (const char* type : {"application/smil", "application/smil+xml"})
    EXPECT_EQ(use_of(type), MediaUse::dropped) << type;
  for (const char* type :
       {"", "application/zip", "text/html", "application/x-msdownload", "images/jpeg", "text/calendar"})
    EXPECT_EQ(use_of(type), MediaUse::named) << type;
}

TEST(MediaTypeTest, FilesHaveNamesThatSayWhatTheyAre) {
  const struct {
    const char* type;
    const char* name;
  } cases[] = {
      {"image/jpeg", "image.jpg"},    {"image/png", "image.png"},    {"audio/amr", "audio.amr"},
      {"video/3gpp", "video.3gp"},    {"text/vcard", "contact.vcf"}, {"application/pdf", "document.pdf"},
      {"text/plain", "text.txt"},     {"image/x-odd", "image.odd"},  {"image/vnd.very-long.kind", "image.bin"},
      {"image/svg+xml", "image.svg"},
  };
  for (const auto& c : cases) EXPECT_EQ(media_name(c.type), c.name) << c.type;
}

TEST(MediaTypeTest, WhatMayHoldAProgramIsSaved) {
  EXPECT_TRUE(is_plain_media("image/jpeg"));
  EXPECT_TRUE(is_plain_media("video/mp4"));
  for (const char* type : {"image/svg+xml", "application/pdf", "text/plain", "text/vcard"})
    EXPECT_FALSE(is_plain_media(type)) << type;
}

}  // namespace
}  // namespace sms
