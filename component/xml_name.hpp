// The name of an element, an attribute or a namespace. Names that the protocols use, and literals, cost no memory of
// their own and nothing to copy; any other name owns its text, so that what a stranger invents leaves with its stanza.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace component::xml {

class Name {
 public:
  constexpr Name() noexcept = default;
  template <std::size_t size>
  consteval Name(const char (&literal)[size]) : text_(literal), size_(size - 1) {}
  template <class Text>
  requires(std::convertible_to<const Text&, std::string_view> && !std::is_array_v<Text>) Name(const Text& text)
      : Name(Copy{}, std::string_view(text)) {}

  Name(const Name& other) : text_(other.text_), size_(other.size_), is_owned_(other.is_owned_) {
    if (is_owned_) own();
  }
  Name(Name&& other) noexcept : text_(other.text_), size_(other.size_), is_owned_(other.is_owned_) {
    other.is_owned_ = false;
    other.size_ = 0;
  }
  Name& operator=(Name other) noexcept {
    std::swap(text_, other.text_);
    std::swap(size_, other.size_);
    std::swap(is_owned_, other.is_owned_);
    return *this;
  }
  ~Name() {
    if (is_owned_) delete[] text_;
  }

  std::string_view view() const noexcept { return {text_, size_}; }
  operator std::string_view() const noexcept { return view(); }
  bool empty() const noexcept { return size_ == 0; }
  template <class Text>
  requires std::convertible_to<const Text&, std::string_view>
  friend bool operator==(const Name& a, const Text& b) noexcept { return a.view() == std::string_view(b); }

 private:
  struct Copy {};
  Name(Copy, std::string_view text);
  // Replaces the text by a copy.
  void own();

  const char* text_ = "";
  std::uint32_t size_ = 0;
  bool is_owned_ = false;
};

}  // namespace component::xml
