#include "app/biboumi_source.hpp"

namespace app {

BiboumiSource::Step BiboumiSource::each(std::string_view sql, int columns, const std::vector<std::string>& parameters,
                                        const std::function<void(const Row&)>& on_row) {
  auto statement = database_.prepare(sql);
  if (!statement) return statement.error();
  int index = 0;
  for (const std::string& parameter : parameters) statement->bind(++index, parameter);
  while (true) {
    const Step row = statement->step();
    if (!row || !*row) return row ? Step{true} : row;
    Row values;
    for (int column = 0; column < columns; ++column) values.push_back(statement->column(column));
    on_row(values);
  }
}

}  // namespace app
