// Whether a text may be sent at all: destinations, people who want no more, spam, and the limits of its user and of the
// network. One per network; what it keeps is the network's, so that it survives its users' registrations.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/sms_rules.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/allowances.hpp"
#include "legacy/sms/destinations.hpp"
#include "legacy/sms/meter.hpp"
#include "legacy/sms/opt_outs.hpp"
#include "legacy/sms/repeats.hpp"

namespace sms {

struct Sender {
  std::string tag;     // of the user, as in message ids
  std::string number;  // canonical
  // Sends with an account of the user's: what it costs, and who has stopped it, is not the network's.
  bool is_own = false;
  std::set<std::string> codes = {};  // short codes that have texted the user
  // What people are told to be stopped by: nobody has proved to us that the number of such an account is the user's.
  const std::string& line() const noexcept { return is_own ? tag : number; }
};

struct Refusal {
  legacy::Errc error = legacy::Errc::none;
  std::string words;
};

class Guard {
 public:
  // Without records it remembers until it is destroyed.
  Guard(config::SmsRules rules, std::string country_code, std::unique_ptr<legacy::State> records,
        std::vector<std::string> numbers = {});

  // A text goes to one number, or as MMS to several at once, and then counts once for each.
  using Recipients = std::vector<Number>;
  // Errors: not_allowed (destination), opted_out, too_fast (spam), busy (a limit; the words say when it ends).
  // With media the first piece is an MMS, which counts as one segment however long its text is.
  Refusal check(const Sender& from, const Recipients& to, const std::vector<std::string>& pieces, base::WallTime now,
                const std::vector<std::string>& media = {});
  // For answers that the operator has written: by destination and limits alone.
  bool may_answer(const Sender& from, const Number& to, const std::string& text, base::WallTime now);
  // Counts what is sent, in the next commit; refund() when it could not be stored after all.
  Amount charge(const Sender& from, const Recipients& to, const std::vector<std::string>& pieces, base::WallTime now,
                bool is_mms = false);
  // What was charged as an MMS goes as that text: counts what it takes more. False: it may not.
  bool charge_more(const Sender& from, const Number& to, const std::string& text, base::WallTime now);
  void refund(const Sender& from, const Amount& amount, base::WallTime now);
  // What the user has used of the limits, for people.
  std::string usage(const Sender& from, base::WallTime now);

  // "2 messages, 3 segments (UCS-2), 0.03 EUR".
  std::string cost(const Recipients& to, const std::vector<std::string>& pieces, bool is_own = false) const;

  const config::SmsRules& rules() const noexcept { return rules_; }
  // What the user may send instead of what all may. What is wrong, in words; empty: it is set.
  std::string allow(const std::string& tag, const legacy::SetAllowance& allowance);
  OptOuts& opt_outs() noexcept { return opt_outs_; }
  // Once for every text that somebody is throttled for: what the admins should know. Empty: nothing new.
  std::string take_report() { return std::exchange(report_, {}); }

 private:
  Amount amount_of(const Recipients& to, const std::vector<std::string>& pieces, bool is_mms = false) const;
  Amount amount_of(const Sender& from, const Recipients& to, const std::vector<std::string>& pieces, bool is_mms) const;
  Refusal check_one(const Sender& from, const Number& to, bool is_in_group) const;
  Refusal check_repeats(const Sender& from, const Recipients& to, const std::string& text, base::WallTime now);
  Meter meter_of(const Sender& from);
  std::string money(config::Micros amount) const;
  Refusal check_limits(const Sender& from, const Amount& amount, base::WallTime now);
  // Counts it, or takes it back.
  void count(const Sender& from, const Amount& amount, base::WallTime now);
  Meter meter_of_all();

  config::SmsRules rules_;
  std::unique_ptr<legacy::State> records_;
  Destinations destinations_;
  OptOuts opt_outs_;
  Allowances allowances_;
  Repeats repeats_;
  std::string report_;
};

}  // namespace sms
