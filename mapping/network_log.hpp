// What the operator reads of the networks: a line when one fails or is there again, and how many users that concerned,
// instead of one for each user and attempt. Says nothing that users or servers have written. Loop thread only.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

class NetworkLog {
 public:
  static constexpr auto window = std::chrono::minutes(1);  // in which more of the same is only counted

  NetworkLog(asio::any_io_executor executor, std::string domain)
      : executor_(std::move(executor)), domain_(std::move(domain)) {}

  void up(const std::string& network);
  // A connection that was up has ended; one that was meant to, if the reason is none.
  void lost(const std::string& network, const legacy::LinkState& link);
  // One could not be had.
  void failed(const std::string& network, const legacy::LinkState& link);

 private:
  struct Trouble {
    std::size_t more = 0;  // since it was told last
    std::unique_ptr<base::Timer> window;
  };
  struct Network {
    std::size_t online = 0;                   // users
    bool is_in_order = false;                 // as far as the operator was told
    std::map<std::string, Trouble> troubles;  // by what they are
  };

  void tell(const std::string& network, const std::string& trouble);
  void count_on(const std::string& network, const std::string& trouble);

  asio::any_io_executor executor_;
  std::string domain_;
  std::map<std::string, Network> networks_;  // by name; those of the configuration
  base::Log log_{"network"};
};

}  // namespace mapping
