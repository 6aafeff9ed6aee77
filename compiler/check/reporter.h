#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"

namespace sluice::check {

using diagnostics::Build;
using diagnostics::Code;
using diagnostics::Diagnostic;
using diagnostics::Replace;

// Collects what checking finds and keeps the rule of one diagnostic an item: an item with an error gives no second
// error and no warnings; the one found first counts. Items nest; what is found belongs to the innermost one.
class Reporter {
 public:
  // While it lives, findings belong to the item that `key` stands for; a null key makes a new one. A damaged item (it
  // already has a syntax error) stays silent.
  class Item {
   public:
    explicit Item(Reporter& reporter, const void* key = nullptr, bool damaged = false);
    ~Item() { reporter_.current_ = outer_; }
    Item(const Item&) = delete;
    Item& operator=(const Item&) = delete;
    // Did this item get an error?
    bool broken() const { return reporter_.items_[index_].broken; }

   private:
    Reporter& reporter_;
    size_t outer_;
    size_t index_;
  };

  // The same for a part of the item around it: an argument, or an entry of a list or record. It is an item of its own, so
  // that one mistake does not hide those of its neighbours; but what has a broken part is broken.
  class Part {
   public:
    Part(Reporter& reporter, const void* key)
        : reporter_(reporter),
          outer_(reporter.current_),
          item_(reporter, key, outer_ != 0 && reporter.items_[outer_].damaged) {}
    ~Part() {
      if (item_.broken()) reporter_.items_[outer_].broken = true;
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

   private:
    Reporter& reporter_;
    size_t outer_;
    Item item_;
  };

  // While it lives, findings are kept aside: for trying something, and for `let`s at their uses.
  class Trial {
   public:
    explicit Trial(Reporter& reporter) : reporter_(reporter), outer_(reporter.trial_) { reporter_.trial_ = this; }
    ~Trial() { reporter_.trial_ = outer_; }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;
    const std::vector<Diagnostic>& found() const { return found_; }
    // Where in the program the reporter was when each was found.
    const std::vector<source::Span>& places() const { return places_; }
    // The item that each belongs to.
    const std::vector<size_t>& items() const { return items_; }

   private:
    friend class Reporter;
    Reporter& reporter_;
    Trial* outer_;
    std::vector<Diagnostic> found_;
    std::vector<source::Span> places_;
    std::vector<size_t> items_;
  };

  // While it lives, findings count even inside of a Trial: what is checked on its own while something is tried.
  class Aloud {
   public:
    explicit Aloud(Reporter& reporter) : reporter_(reporter), outer_(reporter.trial_) { reporter_.trial_ = nullptr; }
    ~Aloud() { reporter_.trial_ = outer_; }
    Aloud(const Aloud&) = delete;
    Aloud& operator=(const Aloud&) = delete;

   private:
    Reporter& reporter_;
    Trial* outer_;
  };

  Reporter() : items_(1) {}
  // True for an error that counts. One that a directive allows does not: what it is about goes on as if nothing had been
  // found, and the directives take it away in the end.
  bool Add(Diagnostic diagnostic);
  void set_allowed(std::function<bool(const Diagnostic&)> allowed) { allowed_ = std::move(allowed); }
  // Adds what was found in a trial that has ended, each for the item that it was found in.
  void Replay(const std::vector<Diagnostic>& found, const std::vector<size_t>& items);
  // Gives everything that counts to `sink`.
  void Flush(diagnostics::Sink& sink);
  // The expression or item that is being read; who changes it puts it back.
  source::Span place() const { return place_; }
  void set_place(source::Span place) { place_ = place; }
  // How many errors were found so far, also those that do not count.
  size_t errors() const { return errors_; }

 private:
  struct ItemState {
    bool broken = false;
    bool damaged = false;
  };
  struct Found {
    size_t item;
    Diagnostic diagnostic;
  };

  std::vector<ItemState> items_;
  std::unordered_map<const void*, size_t> keys_;
  std::vector<Found> found_;
  std::function<bool(const Diagnostic&)> allowed_;
  Trial* trial_ = nullptr;
  source::Span place_;
  size_t current_ = 0;
  size_t errors_ = 0;
};

}  // namespace sluice::check
