// The one translation unit that holds Asio's and its TLS layer's bodies (BOOST_ASIO_SEPARATE_COMPILATION).
#include "base/asio.hpp"

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
