#include "compiler/emit/github/transfers.h"

#include <fmt/format.h>

#include "compiler/base/text.h"
#include "compiler/catalogue/versions.h"
#include "compiler/emit/github/values.h"

namespace sluice::emit {
namespace {

using model::Transfer;
using model::Value;

struct Words {
  std::string folder, name;  // shell words; the name is empty for a whole folder
  bool here = false;         // the folder is the working directory
};

// A word that tools do not take for an option.
std::string PathWord(const std::string& path) { return ShellWord(path.starts_with('-') ? "./" + path : path); }

Words WordsOf(const model::Put& put, Transfer::Shape shape) {
  if (!put.folder_word.empty()) return {put.folder_word, put.name_word, put.folder_word == "."};
  const std::string& path = put.path.text;
  if (shape == Transfer::Shape::Folder) return {PathWord(path.empty() ? "." : path), "", path.empty() || path == "."};
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", ShellWord(path), true};
  return {PathWord(slash == 0 ? "/" : path.substr(0, slash)), ShellWord(path.substr(slash + 1)), false};
}

std::string NameOf(const model::Program& program, const Transfer& transfer) {
  return program.jobs[transfer.from].id + "." + transfer.output;
}

std::string PackScript(const Words& words, const std::string& name, bool per_row) {
  const std::string out = "$GITHUB_WORKSPACE/.sluice/out";
  const std::string ignore = "echo '*' > \"$GITHUB_WORKSPACE/.sluice/.gitignore\"\n";
  if (!per_row)
    return fmt::format("mkdir -p \"{}\"\n{}tar -C {} -cf - {} > \"{}/{}.tar\"\n", out, ignore, words.folder,
                       words.name.empty() ? "." : "./" + words.name, out, name);
  std::string from = words.folder + "/" + (words.name.empty() ? "." : words.name);
  if (words.here && !words.name.empty() && !words.name.starts_with('-')) from = words.name;
  return fmt::format(
      "mkdir -p \"{0}/{1}/${{PIPE_ROW}}\"\n{2}cp -pPR {3} \"{0}/{1}/${{PIPE_ROW}}/\"\n"
      "tar -C \"{0}/{1}\" -cf - \"./${{PIPE_ROW}}\" > \"{0}/{1}.${{PIPE_ROW}}.tar\"\n",
      out, name, ignore, from);
}

std::string UnpackScript(const std::string& name, bool per_row) {
  const std::string head = fmt::format("mkdir -p .sluice/in/{}\necho '*' > .sluice/.gitignore\n", name);
  if (!per_row) return head + fmt::format("tar -C .sluice/in/{0} -xf - < .sluice/get/{0}.tar\n", name);
  return head + fmt::format("for f in .sluice/get/{0}.*.tar; do tar -C .sluice/in/{0} -xf - < \"$f\"; done\n", name);
}

Node Script(const std::string& title, const Surroundings& around, std::string script) {
  Node step = Node::Map();
  step.Add("name", Node::String(title));
  if (!around.posix_shell) step.Add("shell", Node::String("bash"));
  step.Add("run", Node::String(std::move(script)));
  return step;
}

Node Action(const std::string& title, const model::Pin& pin, Node with) {
  Node step = Node::Map();
  step.Add("name", Node::String(title));
  Node uses = Node::String(pin.target);
  uses.comment = pin.version;
  step.Add("uses", std::move(uses));
  step.Add("with", std::move(with));
  return step;
}

const std::optional<Value>& Shell(const model::Pipeline& pipeline, const model::Job& job) {
  static const std::optional<Value> none;
  if (job.defaults && job.defaults->run) return job.defaults->shell;
  return pipeline.defaults ? pipeline.defaults->shell : none;
}

}  // namespace

Surroundings SurroundingsOf(const model::Pipeline& pipeline, const model::Job& job) {
  Surroundings around;
  const std::optional<Value>& shell = Shell(pipeline, job);
  around.posix_shell = !shell || shell->text == "bash" || shell->text == "sh";
  const bool own = job.defaults && job.defaults->run;
  if (own && job.defaults->working_directory) around.folder = ToYamlText(*job.defaults->working_directory);
  if (!own && pipeline.defaults && pipeline.defaults->working_directory)
    around.folder = ToYamlText(*pipeline.defaults->working_directory);
  around.working_directory = (job.defaults && job.defaults->working_directory) ||
                             (!job.defaults && pipeline.defaults && pipeline.defaults->working_directory);
  return around;
}

// Artifacts of v3 can always be overwritten, and it has no input for that.
void AddUploadOptions(const Transfer& transfer, Node& with) {
  with.AddName("include-hidden-files", Node::Boolean(true));
  if (catalogue::MajorOf(transfer.upload.version) != "v3") with.AddName("overwrite", Node::Boolean(true));
}

// One step: what people download is the file itself. Paths count from the workspace.
Node PlainUpload(const model::Put& put, const Transfer& transfer, const std::string& artifact,
                 const Surroundings& around) {
  const std::string path = ToYamlText(put.path);
  Node with = Node::Map();
  with.AddName("name", Node::String(artifact));
  with.AddName("path", Node::String(around.folder.empty() ? path : around.folder + "/" + path));
  with.AddName("if-no-files-found", Node::String("error"));
  AddUploadOptions(transfer, with);
  if (transfer.retention_days) with.AddName("retention-days", ToNode(*transfer.retention_days));
  return Action("Upload " + artifact.substr(0, artifact.find(".${{")), transfer.upload, std::move(with));
}

std::vector<Node> PutSteps(const model::Program& program, const model::Put& put, const Surroundings& around) {
  const Transfer& transfer = program.transfers[put.transfer];
  const std::string name = NameOf(program, transfer);
  const std::string row = transfer.per_row ? ".${{ strategy.job-index }}" : "";
  if (transfer.plain) return {PlainUpload(put, transfer, name + row, around)};
  Node pack = Script("Pack " + name, around, PackScript(WordsOf(put, transfer.shape), name, transfer.per_row));
  if (transfer.per_row) {
    Node env = Node::Map();
    env.AddName("PIPE_ROW", Node::String("${{ strategy.job-index }}"));
    pack.Add("env", std::move(env));
  }
  Node with = Node::Map();
  with.AddName("name", Node::String(name + row));
  with.AddName("path", Node::String(".sluice/out/" + name + row + ".tar"));
  with.AddName("if-no-files-found", Node::String("error"));
  AddUploadOptions(transfer, with);
  with.AddName("retention-days", transfer.retention_days ? ToNode(*transfer.retention_days) : Node::Number("1"));
  return {std::move(pack), Action("Upload " + name, transfer.upload, std::move(with))};
}

std::vector<Node> GetSteps(const model::Program& program, const model::Get& get, const Surroundings& around) {
  const Transfer& transfer = program.transfers[get.transfer];
  const std::string name = NameOf(program, transfer);
  Node with = Node::Map();
  with.AddName(transfer.per_row ? "pattern" : "name", Node::String(transfer.per_row ? name + ".*" : name));
  with.AddName("path", Node::String(transfer.plain ? ".sluice/in/" + name : ".sluice/get"));
  if (transfer.plain) return {Action("Fetch " + name, transfer.download, std::move(with))};
  if (transfer.per_row) with.AddName("merge-multiple", Node::Boolean(true));
  Node unpack = Script("Unpack " + name, around, UnpackScript(name, transfer.per_row));
  if (around.working_directory) unpack.Add("working-directory", Node::String("."));
  return {Action("Fetch " + name, transfer.download, std::move(with)), std::move(unpack)};
}

std::string ShellWord(const std::string& text) {
  bool safe = !text.empty();
  for (const char c : text)
    safe = safe && (IsAsciiAlnum(c) || std::string_view("_./:@%+=,-").find(c) != std::string_view::npos);
  return safe ? text : "'" + ReplaceAll(text, "'", "'\\''") + "'";
}

}  // namespace sluice::emit
