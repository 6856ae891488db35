// XEP-0393 (Message Styling 1.1.1): what is written into the text itself.
#pragma once

#include <string>

#include "mapping/formatted.hpp"

namespace mapping {

// Leaves out the fences around preformatted blocks. With `convert`, their lines are monospace, and *strong*,
// _emphasis_, ~strike~ and `code` lose their directives and get the look; without it the text is otherwise as it was.
Formatted read_styling(std::string text, bool convert);

}  // namespace mapping
