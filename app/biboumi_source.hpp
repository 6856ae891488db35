// The SQLite database of biboumi 9, read row by row.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sqlite.hpp"

namespace app {

class BiboumiSource {
 public:
  using Step = base::Result<bool, std::string>;
  using Row = std::vector<std::string>;  // NULL reads as empty

  explicit BiboumiSource(base::Database database) : database_(std::move(database)) {}

  // Calls on_row with the first `columns` columns of each row. The error is SQLite's.
  Step each(std::string_view sql, int columns, const std::vector<std::string>& parameters,
            const std::function<void(const Row&)>& on_row);

 private:
  base::Database database_;
};

}  // namespace app
