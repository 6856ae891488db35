// Texts from users: each is on the disk before it is sent, and counts when Kannel has got it. A window of them is
// under way; the texts to one phone must come in their order.
#include <fmt/format.h>

#include "bench/load/scan.hpp"
#include "bench/sms/world.hpp"

namespace sms_bench {
namespace {

class Users {
 public:
  Users(World& world, const Options& options)
      : world_(world), users_(options.users), phones_(options.users * options.phones), sent_(phones_) {
    world.provider().on_message = [this](const Provider::Fields& fields) { on_message(fields); };
    world.xmpp().on_stanza = [this](std::string_view kind, std::string_view stanza) {
      if (kind == "message" && load::attribute(stanza, "type") == "error") sent_.error();
    };
  }

  void run(std::uint64_t messages, std::uint64_t window) {
    std::uint64_t begun = 0;
    wait_for(
        world_, {&sent_},
        [&] {
          for (; begun < messages && sent_.in_flight() < window; ++begun) say();
          return begun == messages && sent_.is_complete();
        },
        "texts from users");
  }

  load::Ledger& sent() { return sent_; }

 private:
  std::uint64_t user_of(std::uint64_t phone) const { return phone % users_; }

  void say() {
    const std::uint64_t phone = next_++ % phones_;
    const std::uint64_t sequence = sent_.sent(phone, load::Clock::now());
    world_.xmpp().send(fmt::format("<message from='{}' to='{}@{}' type='chat' id='{}-{}'><body>{}</body></message>",
                                   user_jid(user_of(phone)), phone_number(phone), World::domain, phone, sequence,
                                   load::escaped(load::compose({static_cast<std::uint32_t>(phone), sequence}))));
  }

  void on_message(const Provider::Fields& fields) {
    world_.moved();
    const auto field = [&](const char* name) {
      const auto found = fields.find(name);
      return found == fields.end() ? std::string{} : found->second;
    };
    load::Label label;
    const bool is_ours = load::recognise(field("text"), label) && label.speaker < phones_ &&
                         field("to") == phone_number(label.speaker) &&
                         field("from") == user_number(user_of(label.speaker));
    if (!is_ours) return sent_.corrupt();
    sent_.arrived(label.speaker, label.sequence, load::Clock::now());
  }

  World& world_;
  const std::uint64_t users_, phones_;
  load::Ledger sent_;
  std::uint64_t next_ = 0;
};

}  // namespace

boost::json::object sends(const Options& options) {
  World world(options);
  world.start();
  Users users(world, options);
  users.run(options.messages / 10 + 1, options.window);
  users.sent().forget_latencies();
  const Meter meter(world);
  users.run(options.messages, options.window);
  boost::json::object figures = meter.figures(options.messages);
  world.wait_for_silence();
  require_clean(users.sent(), "sends");
  figures["concurrency"] = options.concurrency;
  figures["users"] = options.users;
  figures["window"] = options.window;
  figures["disk_sync_ms"] = world.directory().sync_ms();
  figures["latency"] = latency_json(users.sent().latencies());
  return figures;
}

}  // namespace sms_bench
