// What nearly every unit test includes, compiled once for all of them. Tests include what they use all the same.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/asio.hpp"
