// The Asio names of this project, in one precompiled place. Boost 1.81 is needed for per-operation cancellation.
#pragma once

#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

static_assert(BOOST_ASIO_VERSION >= 102600);

namespace asio = boost::asio;
