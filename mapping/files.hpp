// Files in messages, both ways: XEP-0066 (Out of Band Data 1.5), XEP-0447 (Stateless file sharing 0.2.0) with XEP-0446
// (File metadata 0.1.0) and XEP-0300 (Hashes 1.0.0).
#pragma once

#include <string>
#include <vector>

#include "component/xml.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

// The file's URL as the body, and what the file is.
void add_file(component::xml::Element& message, const legacy::Attachment& file);
// What a message links to on the web, each once, in its order.
std::vector<std::string> linked_files(const component::xml::Element& message);

}  // namespace mapping
