// Commands that read a word a second time: as a name, as arithmetic, as shell text, or as a program of another
// language. Sources: the manuals of bash (builtins), awk, sed, jq, ssh, psql, python, node, perl, ruby and php.
#include <algorithm>
#include <array>
#include <optional>

#include "compiler/base/text.h"
#include "compiler/lower/scripts/scanner.h"

namespace sluice::lower::scripts {
namespace {

using Names = std::string_view;  // separated by blanks

bool Among(Names names, std::string_view name) {
  if (name.empty()) return false;
  for (size_t at = names.find(name); at != Names::npos; at = names.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || names[at - 1] == ' ') && (end == names.size() || names[end] == ' ')) return true;
  }
  return false;
}

constexpr Names kShells = "sh bash dash ash zsh ksh mksh";
constexpr Names kWrappers =
    "sudo doas env exec command builtin time nohup nice ionice setsid stdbuf timeout xargs docker podman nerdctl "
    "kubectl "
    "oc docker-compose chroot unshare nsenter flock find fd retry strace gosu su-exec systemd-run eatmydata proot nix "
    "poetry uv uvx pipenv pipx npx bunx conda mamba bundle lxc incus wsl xvfb-run dbus-run-session firejail busybox "
    "rlwrap script unbuffer";

// An interpreter and how it takes its program.
struct Interpreter {
  Names names;
  Names code_flags;          // the next word is program text
  Names value_flags;         // the next word is something else
  Names file_flags;          // the program comes from a file: no word is one
  bool first_word = false;   // the first word that is no flag is the program
  bool reads_input = false;  // without a word of its own it reads its program from standard input
};

constexpr auto kInterpreters = std::to_array<Interpreter>({
    {"python python2 python3 pypy pypy3", "-c", "-W -X", "", false, true},
    {"node nodejs bun deno", "-e --eval -p --print -pe eval", "-r --require --import", "", false, true},
    {"perl", "-e -E", "-I -M -m", "", false, true},
    {"ruby", "-e", "-r -I", "", false, true},
    {"php", "-r", "-d -f", "-f", false, true},
    {"lua luajit Rscript R", "-e", "", "", false, true},
    {"pwsh powershell", "-c -Command -command", "-File", "-File", false, true},
    {"osascript", "-e", "-l", "", false, true},
    {"awk gawk mawk nawk", "-e --source", "-F -v --assign --field-separator -i --include -l", "-f --file", true, false},
    {"sed gsed", "-e --expression", "-l", "-f --file", true, false},
    {"jq gojq jaq yq", "", "--arg:2 --argjson:2 --slurpfile:2 --rawfile:2 --indent --tab -L -o -p -I", "-f --from-file",
     true, false},
    {"psql", "-c --command", "-d -h -p -U -v -o -F -P -R -T -L", "-f --file", false, true},
    {"mysql mariadb", "-e --execute", "-u -h -P -D -S", "", false, true},
    {"sqlite3 duckdb", "-cmd -c", "-separator", "", false, true},
    {"su runuser sg", "-c --command", "-s -g -G -u", "", false, true},
});

std::string_view BaseName(std::string_view text) {
  const size_t slash = text.rfind('/');
  return slash == std::string_view::npos ? text : text.substr(slash + 1);
}

// Takes a version off the end: python3.12, node20.
std::string_view Family(std::string_view text) {
  text = BaseName(text);
  const size_t end = text.find_last_not_of("0123456789.");
  const std::string_view bare = end == std::string_view::npos ? text : text.substr(0, end + 1);
  return text == "sqlite3" ? text : bare;
}

// Marks words of a command.
class Classifier {
 public:
  Classifier(Shared& shared, const Command& command) : shared_(shared), words_(command.words), first_(command.name) {}

  Effects Run() {
    const std::string_view name = words_[first_].text;
    if (Among("eval trap alias", name)) {
      Rest(first_ + 1, Evaluation::Again);
    } else if (name == "let") {
      Rest(first_ + 1, Evaluation::Arithmetic);
    } else if (Among("declare typeset local export readonly", name)) {
      Declare();
    } else if (Among("read mapfile readarray unset printf getopts wait test [ for select", name)) {
      Names_(name);
    } else {
      return Program(first_);
    }
    return {};
  }

 private:
  const Word& At(size_t i) const { return words_[i]; }
  bool Has(size_t i) const { return i < words_.size(); }

  void Mark(size_t i, Evaluation evaluation, size_t label) {
    if (Has(i)) Evaluate(shared_, At(i).range(), evaluation, At(label).range(), BaseName(At(label).text));
  }
  // A word that an interpreter reads as its program; with a flag before it, the label goes up to that.
  void MarkProgram(size_t i, size_t interpreter) {
    if (!Has(i)) return;
    const bool flag = i > interpreter + 1 && At(i - 1).text.starts_with('-');
    const Range label = {At(interpreter).begin, flag ? At(i - 1).end : At(interpreter).end};
    Evaluate(shared_, At(i).range(), Evaluation::Program, label, BaseName(At(interpreter).text));
  }
  // Only the word's own placeholders, not those of commands inside it.
  void MarkHole(const Word::Hole& hole, Evaluation evaluation, size_t label) {
    const size_t at = shared_.script.holes[hole.index];
    Evaluate(shared_, {at, at + 1}, evaluation, At(label).range(), BaseName(At(label).text));
  }
  void MarkName(size_t i, size_t label) {
    if (!Has(i)) return;
    for (const Word::Hole& hole : At(i).holes) MarkHole(hole, Evaluation::Name, label);
  }
  void Rest(size_t i, Evaluation evaluation) {
    for (; Has(i); ++i) Mark(i, evaluation, first_);
  }

  // Names, and behind `=` values that are arithmetic with -i.
  void Declare() {
    std::optional<size_t> integer;
    for (size_t i = first_ + 1; Has(i); ++i) {
      const Word& word = At(i);
      if (word.text.starts_with('-') && word.text.find('i') != std::string::npos) integer = i;
      const size_t equals = word.text.find('=');
      for (const Word::Hole& hole : word.holes) {
        if (hole.text_at < equals) {
          MarkHole(hole, Evaluation::Name, first_);
        } else if (integer) {
          MarkHole(hole, Evaluation::Arithmetic, *integer);
        }
      }
      const size_t name = NameLength(word.text);
      if (integer && name > 0) shared_.integers.insert_or_assign(word.text.substr(0, name), At(*integer).range());
    }
  }

  void Names_(std::string_view name) {
    if (name == "for" || name == "select") return MarkName(first_ + 1, first_);
    if (name == "getopts") return MarkName(first_ + 2, first_);
    if (name == "test" || name == "[") {
      for (size_t i = first_ + 1; Has(i); ++i)
        if (At(i).is("-v") || At(i).is("-R")) MarkName(i + 1, i);
      return;
    }
    if (name == "printf" || name == "wait") {
      const std::string_view flag = name == "printf" ? "-v" : "-p";
      if (Has(first_ + 1) && At(first_ + 1).text.starts_with(flag))
        MarkName(At(first_ + 1).text == flag ? first_ + 2 : first_ + 1, first_ + 1);
      return;
    }
    const std::string_view values = name == "read" ? "dinNptu" : name == "unset" ? "" : "dnOsuc";
    const std::string_view names = name == "read" ? "a" : "";
    for (size_t i = first_ + 1; Has(i); ++i) {
      const std::string& text = At(i).text;
      if (!text.starts_with('-') || text.size() < 2) {
        MarkName(i, first_);
        continue;
      }
      const size_t flag = text.find_first_of(std::string(values) + std::string(names) + "C", 1);
      if (flag == std::string::npos) continue;
      const size_t value = flag + 1 < text.size() ? i : i + 1;
      if (names.find(text[flag]) != std::string_view::npos) MarkName(value, first_);
      if (text[flag] == 'C' && name != "read") Mark(value, Evaluation::Again, first_);
      i = value;
    }
  }

  // words_[i] may be an interpreter, or a command that starts one.
  Effects Program(size_t i) {
    const std::string_view name = BaseName(At(i).text);
    if (Among(kShells, name)) return ShellProgram(i);
    if (name == "ssh") return Ssh(i);
    if (name == "watch" || name == "parallel") {
      for (size_t j = i + 1; Has(j); ++j) MarkProgram(j, i);
      return {};
    }
    for (const Interpreter& interpreter : kInterpreters)
      if (Among(interpreter.names, name) || Among(interpreter.names, Family(name))) return Interpret(interpreter, i);
    if (!Among(kWrappers, name)) return {};
    for (size_t j = i + 1; Has(j); ++j) {
      const std::string_view inner = BaseName(At(j).text);
      const bool known =
          Among(kShells, inner) || inner == "ssh" || std::ranges::any_of(kInterpreters, [&](const auto& k) {
            return Among(k.names, inner) || Among(k.names, Family(inner));
          });
      if (known) return Program(j);
    }
    return {};
  }

  Effects ReadsInput(size_t interpreter) const {
    return {true, At(interpreter).range(), std::string(BaseName(At(interpreter).text))};
  }

  // sh [-euxo pipefail] -c PROGRAM [NAME ARGUMENT…] | sh FILE | sh < PROGRAM
  Effects ShellProgram(size_t shell) {
    bool code = false;
    for (size_t i = shell + 1; Has(i); ++i) {
      const std::string& text = At(i).text;
      if (text.size() > 1 && (text[0] == '-' || text[0] == '+')) {
        if (text.starts_with("--")) continue;
        code = code || text.find('c') != std::string::npos;
        if (text.back() == 'o' || text.back() == 'O') ++i;
        continue;
      }
      if (code) MarkProgram(i, shell);
      if (code || text != "-") return {};
    }
    return ReadsInput(shell);
  }

  // ssh [FLAGS] HOST [COMMAND…]: the words of the command become one text for the shell over there.
  Effects Ssh(size_t ssh) {
    static constexpr std::string_view kWithValue = "BbcDEeFIiJLlmOopQRSWw";
    bool host = false;
    for (size_t i = ssh + 1; Has(i); ++i) {
      const std::string& text = At(i).text;
      if (!host && text.size() > 1 && text[0] == '-') {
        if (text.size() == 2 && kWithValue.find(text[1]) != std::string_view::npos) ++i;
        continue;
      }
      if (!host) {
        host = true;
        continue;
      }
      for (size_t j = i; Has(j); ++j) MarkProgram(j, ssh);
      const std::string_view command = BaseName(std::string_view(text).substr(0, text.find(' ')));
      return Among(kShells, command) ? ReadsInput(ssh) : Effects();
    }
    return ReadsInput(ssh);
  }

  // How many words belong to a flag: "--arg:2" says two, "-F" one.
  static size_t Values(Names flags, std::string_view flag) {
    for (const std::string_view entry : SplitString(flags, ' ')) {
      if (entry.substr(0, entry.find(':')) != flag || flag.empty()) continue;
      return entry.ends_with(":2") ? 2 : 1;
    }
    return 0;
  }

  // -pe, -lane: flags of one letter in one word, the last of which takes the program.
  static bool EndsInCodeFlag(const Interpreter& interpreter, std::string_view text) {
    if (text.size() < 3 || text.starts_with("--") || Among(interpreter.value_flags, text.substr(0, 2))) return false;
    return Among(interpreter.code_flags, "-" + std::string(1, text.back())) &&
           std::ranges::all_of(text.substr(1), IsAsciiAlnum);
  }

  Effects Interpret(const Interpreter& interpreter, size_t name) {
    bool has_program = false;
    bool only_flags = true;
    for (size_t i = name + 1; Has(i); ++i) {
      const std::string_view text = At(i).text;
      const std::string_view flag = text.starts_with("--") ? text.substr(0, text.find('=')) : text;
      if (Among(interpreter.code_flags, flag) || EndsInCodeFlag(interpreter, text)) {
        MarkProgram(flag == text ? ++i : i, name);
        has_program = true;
      } else if (text.size() > 2 && !text.starts_with("--") && Among(interpreter.code_flags, text.substr(0, 2))) {
        MarkProgram(i, name);  // -e'print 1'
        has_program = true;
      } else if (Among(interpreter.file_flags, flag)) {
        has_program = true;
        ++i;
      } else if (const size_t values = Values(interpreter.value_flags, flag); values > 0) {
        i += text == flag ? values : 0;
      } else if (text == "-" || !text.starts_with('-') || text.size() < 2) {
        if (text == "-" || Among("eval e ea eval-all", text) || (text.empty() && interpreter.first_word)) continue;
        if (interpreter.first_word && !has_program) MarkProgram(i, name);
        if (Among("psql mysql mariadb su runuser sg", BaseName(At(name).text))) continue;  // a database, a user
        if (Among("sqlite3 duckdb", BaseName(At(name).text)) && only_flags) {
          only_flags = false;
          continue;
        }
        if (Among("sqlite3 duckdb", BaseName(At(name).text))) MarkProgram(i, name);
        return {};
      }
    }
    return interpreter.reads_input && !has_program ? ReadsInput(name) : Effects();
  }

  Shared& shared_;
  const std::vector<Word>& words_;
  size_t first_;
};

}  // namespace

void Evaluate(Shared& shared, Range range, Evaluation evaluation, Range label, std::string_view word) {
  const auto& holes = shared.script.holes;
  for (auto hole = std::ranges::lower_bound(holes, range.begin); hole != holes.end() && *hole < range.end; ++hole) {
    Place& place = shared.scan.places[static_cast<size_t>(hole - holes.begin())];
    place.evaluation = evaluation;
    if (place.quoting == Quoting::HeredocRaw || place.quoting == Quoting::Backslash ||
        place.quoting == Quoting::ExpansionQuote || place.quoting == Quoting::ExpansionPattern)
      continue;  // their labels say why nothing expands
    place.label = label;
    place.word = word;
  }
}

Effects ClassifyCommand(Shared& shared, const Command& command) { return Classifier(shared, command).Run(); }

}  // namespace sluice::lower::scripts
