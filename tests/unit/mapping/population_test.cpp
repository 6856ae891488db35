// How many people of rooms one user and all users have.
#include "mapping/population.hpp"

#include <gtest/gtest.h>

using mapping::Population;

namespace {

std::size_t fill(legacy::Crowd& crowd, std::size_t most = 1'000'000) {
  std::size_t count = 0;
  while (count < most && crowd.take()) ++count;
  return count;
}

TEST(Population, OneUserHasSoManyOnAllNetworksTogether) {
  Population population({0, 100});
  const auto first = population.of("eve@x"), second = population.of("eve@x"), other = population.of("romeo@x");
  EXPECT_EQ(fill(*first, 60), 60U);
  EXPECT_EQ(fill(*second), 40U);
  EXPECT_EQ(fill(*other), 100U);
  first->give(10);
  EXPECT_EQ(fill(*second), 10U);
  EXPECT_EQ(population.size(), 200U);
}

TEST(Population, WhoIsGoneCountsNoMore) {
  Population population({0, 100});
  fill(*population.of("eve@x"));
  EXPECT_EQ(population.size(), 0U);
  EXPECT_EQ(fill(*population.of("eve@x")), 100U);
}

TEST(Population, WhenThereAreTooManyOnlyWhoHasManyIsRefused) {
  Population population({50'000, 40'000});
  const auto eve = population.of("eve@x"), mallory = population.of("mallory@x"), romeo = population.of("romeo@x");
  EXPECT_EQ(fill(*eve), 40'000U);
  EXPECT_EQ(fill(*romeo, 1000), 1000U);
  EXPECT_EQ(fill(*mallory), Population::modest);
  EXPECT_FALSE(eve->take());
  EXPECT_EQ(fill(*romeo), Population::modest - 1000);
}

TEST(Population, WithoutBounds) {
  Population population({0, 0});
  EXPECT_EQ(fill(*population.of("eve@x")), 1'000'000U);
}

}  // namespace
