// Texts from phones: posted over several connections at once, answered 200 once they are on the disk, and then
// delivered to their users. Each connection is one phone.
#include <fmt/format.h>

#include "bench/load/scan.hpp"
#include "bench/sms/poster.hpp"
#include "bench/sms/world.hpp"

namespace sms_bench {
namespace {

class Phones {
 public:
  Phones(World& world, const Options& options)
      : world_(world), users_(options.users), answered_(options.connections), delivered_(options.connections) {
    for (std::uint64_t i = 0; i < options.connections; ++i)
      posters_.push_back(std::make_unique<Poster>(world.io(), world.webhook_port()));
    world.xmpp().on_stanza = [this](std::string_view kind, std::string_view stanza) { on_stanza(kind, stanza); };
  }

  void run(std::uint64_t messages) {
    left_ = messages;
    for (std::size_t phone = 0; phone < posters_.size(); ++phone) post(phone);
    wait_for(
        world_, {&answered_, &delivered_},
        [&] { return left_ == 0 && answered_.is_complete() && delivered_.is_complete(); }, "texts from phones");
  }

  void forget_latencies() {
    answered_.forget_latencies();
    delivered_.forget_latencies();
  }
  const load::Ledger& answered() const { return answered_; }
  const load::Ledger& delivered() const { return delivered_; }

 private:
  std::uint64_t user_of(std::size_t phone) const { return phone % users_; }

  void post(std::size_t phone) {
    if (left_ == 0) return;
    --left_;
    const load::Time now = load::Clock::now();
    const std::uint64_t sequence = answered_.sent(phone, now);
    delivered_.sent(phone, now);
    const Posted message{world_.webhook_target(fmt::format("{}-{}", phone, sequence)), phone_number(phone),
                         user_number(user_of(phone)), load::compose({static_cast<std::uint32_t>(phone), sequence})};
    posters_[phone]->post(message, [this, phone, sequence](unsigned status) {
      world_.moved();
      if (status != 200) return answered_.error();
      answered_.arrived(phone, sequence, load::Clock::now());
      post(phone);
    });
  }

  void on_stanza(std::string_view kind, std::string_view stanza) {
    const std::string_view body = load::child_text(stanza, "body");
    if (kind != "message" || body.empty()) return;
    const std::string_view from = load::attribute(stanza, "from");
    load::Label label;
    const bool is_ours =
        load::recognise(load::unescaped(body), label) && phone_of(load::up_to(from, '@')) == label.speaker &&
        label.speaker < posters_.size() &&
        load::up_to(load::attribute(stanza, "to"), '/') == load::up_to(user_jid(user_of(label.speaker)), '/');
    if (!is_ours) return delivered_.corrupt();
    delivered_.arrived(label.speaker, label.sequence, load::Clock::now());
  }

  World& world_;
  const std::uint64_t users_;
  load::Ledger answered_, delivered_;
  std::vector<std::unique_ptr<Poster>> posters_;
  std::uint64_t left_ = 0;
};

}  // namespace

boost::json::object webhooks(const Options& options) {
  World world(options);
  world.start();
  Phones phones(world, options);
  phones.run(options.messages / 10 + 1);
  phones.forget_latencies();
  const Meter meter(world);
  phones.run(options.messages);
  boost::json::object figures = meter.figures(options.messages);
  world.wait_for_silence();
  require_clean(phones.answered(), "answers");
  require_clean(phones.delivered(), "deliveries");
  figures["connections"] = options.connections;
  figures["users"] = options.users;
  figures["disk_sync_ms"] = world.directory().sync_ms();
  figures["latency"] = latency_json(phones.answered().latencies());
  figures["delivery"] = latency_json(phones.delivered().latencies());
  return figures;
}

}  // namespace sms_bench
