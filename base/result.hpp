// Result<T>: how an expected failure is returned. Each folder has its own commented enum of error codes.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace base {

using boost::system::error_code;

template <class T, class E = error_code>
using Result = boost::system::result<T, E>;

}  // namespace base
