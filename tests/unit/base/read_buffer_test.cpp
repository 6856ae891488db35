#include "base/read_buffer.hpp"

#include <gtest/gtest.h>

using base::ReadBuffer;

TEST(ReadBuffer, GrowsWhileItIsFilledAndShrinksWhenLittleArrives) {
  ReadBuffer buffer;
  EXPECT_EQ(buffer.span().size(), ReadBuffer::smallest);
  for (int read = 0; read < 10; ++read) buffer.adapt(buffer.span().size());
  EXPECT_EQ(buffer.span().size(), ReadBuffer::largest);
  buffer.adapt(100);
  EXPECT_EQ(buffer.span().size(), ReadBuffer::smallest);
}

TEST(ReadBuffer, StaysAsItIsUnderASteadyLoad) {
  ReadBuffer buffer;
  buffer.adapt(buffer.span().size());
  const auto grown = buffer.span().size();
  for (int read = 0; read < 1000; ++read) buffer.adapt(grown / 2);
  EXPECT_EQ(buffer.span().size(), grown);
}
