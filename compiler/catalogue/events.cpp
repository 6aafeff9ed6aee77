#include "compiler/catalogue/events.h"

#include <algorithm>
#include <array>
#include <map>

#include "compiler/base/embedded.h"
#include "compiler/base/text.h"

namespace sluice::catalogue {

std::span<const EmbeddedFile> CatalogueFiles();  // generated from data/*.tsv

namespace {

// An event a line: name, flags, filters, activity types. `p`: privileged; `*` behind a filter: also with -ignore.
struct EventRow {
  std::string_view name;
  bool privileged;
  std::string_view filters;
  std::string_view types;
  std::string_view shape;
};

constexpr std::string_view kPullRequestTypes =
    "assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft locked "
    "unlocked "
    "enqueued dequeued milestoned demilestoned ready_for_review review_requested review_request_removed "
    "auto_merge_enabled auto_merge_disabled stacked";

constexpr auto kRows = std::to_array<EventRow>({
    {"branch_protection_rule", false, "types", "created edited deleted", ""},
    {"check_run", false, "types", "created rerequested completed requested_action", ""},
    {"check_suite", false, "types", "completed requested rerequested", ""},
    {"create", false, "", "", ""},
    {"delete", false, "", "", ""},
    {"deployment", false, "", "", ""},
    {"deployment_status", false, "", "", ""},
    {"discussion", true, "types",
     "created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked category_changed answered "
     "unanswered",
     ""},
    {"discussion_comment", true, "types", "created edited deleted", ""},
    {"fork", false, "", "", ""},
    {"gollum", false, "", "", ""},
    {"image_version", false, "types names versions", "created ready deleted", ""},
    {"issue_comment", true, "types", "created edited deleted", ""},
    {"issues", true, "types",
     "opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled unlabeled locked "
     "unlocked milestoned demilestoned field_added field_removed typed untyped",
     ""},
    {"label", false, "types", "created edited deleted", ""},
    {"merge_group", false, "types branches*", "checks_requested", "merge_group"},
    {"milestone", false, "types", "created closed opened edited deleted", ""},
    {"page_build", false, "", "", ""},
    {"project", false, "types", "created updated closed reopened edited deleted", ""},
    {"project_card", false, "types", "created moved converted edited deleted", ""},
    {"project_column", false, "types", "created updated moved deleted", ""},
    {"public", false, "", "", ""},
    {"pull_request", false, "types branches* paths*", kPullRequestTypes, "pull_request_event"},
    {"pull_request_comment", true, "types", "created edited deleted", ""},
    {"pull_request_review", true, "types", "submitted edited dismissed", ""},
    {"pull_request_review_comment", true, "types", "created edited deleted", ""},
    {"pull_request_target", true, "types branches* paths*", kPullRequestTypes, "pull_request_event"},
    {"push", false, "branches* tags* paths*", "", "push"},
    {"registry_package", false, "types", "published updated", ""},
    {"release", false, "types", "published unpublished created edited deleted prereleased released", ""},
    {"repository_dispatch", false, "types", "", ""},
    {"schedule", false, "timezone", "", "schedule"},
    {"status", false, "", "", ""},
    {"watch", false, "types", "started", ""},
    {"workflow_call", false, "", "", ""},
    {"workflow_dispatch", false, "", "", "workflow_dispatch"},
    {"workflow_run", true, "types workflows branches*", "requested completed in_progress", ""},
});

// A shape a line. A property is NAME[:KIND][?]; kinds: none text, u untrusted text, n number, b boolean, o object with
// names of the user, .SHAPE record, *KIND list; `?`: may be null.
struct ShapeRow {
  std::string_view name;
  std::string_view properties;
};

constexpr std::string_view kAccount =
    "login:u name:u? email:u? id:n node_id avatar_url gravatar_id url html_url followers_url following_url gists_url "
    "starred_url subscriptions_url organizations_url repos_url events_url received_events_url type site_admin:b";

// Of a fork every text is an outsider's; of the repository itself none is.
constexpr std::string_view kRepository =
    "id:n node_id name full_name private:b owner:.account html_url description? fork:b url clone_url git_url ssh_url "
    "svn_url homepage? language? size:n default_branch master_branch? visibility topics:*s archived:b disabled:b "
    "is_template:b forks:n forks_count:n open_issues:n open_issues_count:n watchers:n watchers_count:n "
    "stargazers_count:n has_issues:b has_projects:b has_wiki:b has_pages:b has_downloads:b has_discussions:b "
    "allow_forking:b web_commit_signoff_required:b license:.license? created_at pushed_at updated_at mirror_url? "
    "organization? custom_properties:o";
constexpr std::string_view kFork =
    "id:n node_id name:u full_name:u private:b owner:.account html_url:u description:u? fork:b url:u clone_url:u "
    "git_url:u ssh_url:u svn_url:u homepage:u? language:u? size:n default_branch:u visibility topics:*u archived:b "
    "disabled:b is_template:b forks:n forks_count:n open_issues:n open_issues_count:n watchers:n watchers_count:n "
    "stargazers_count:n has_issues:b has_projects:b has_wiki:b has_pages:b has_downloads:b has_discussions:b "
    "allow_forking:b web_commit_signoff_required:b license:.license? created_at pushed_at updated_at";

constexpr auto kShapes = std::to_array<ShapeRow>({
    {"account", kAccount},
    {"repository", kRepository},
    {"fork", kFork},
    {"license", "key name spdx_id url? node_id"},
    {"organization",
     "login id:n node_id url repos_url events_url hooks_url issues_url members_url "
     "public_members_url avatar_url description?"},
    {"enterprise", "id:n slug name node_id avatar_url description? website_url? html_url created_at updated_at"},
    {"installation", "id:n node_id"},
    {"identity", "name:u email:u? username:u? date?"},
    {"commit",
     "id tree_id distinct:b message:u timestamp url author:.identity committer:.identity added:*u modified:*u "
     "removed:*u"},
    // Without `?` at head_commit: it is null only when a branch is deleted, which starts no workflow.
    {"push",
     "ref before after base_ref? created:b deleted:b forced:b compare commits:*.commit head_commit:.commit "
     "pusher:.identity repository:.repository sender:.account organization:.organization? "
     "enterprise:.enterprise? installation:.installation?"},
    {"label", "id:n node_id url name:u description:u? color default:b"},
    {"milestone",
     "id:n node_id number:n state title description? html_url url labels_url creator:.account open_issues:n "
     "closed_issues:n created_at updated_at closed_at? due_on?"},
    {"team", "id:n node_id name slug description? privacy permission url html_url members_url repositories_url"},
    {"head", "label:u ref:u sha repo:.fork user:.account"},
    {"base", "label ref sha repo:.repository user:.account"},
    {"link", "href"},
    {"links",
     "self:.link html:.link issue:.link comments:.link commits:.link statuses:.link review_comments:.link "
     "review_comment:.link"},
    {"auto_merge", "enabled_by:.account merge_method commit_title:u? commit_message:u?"},
    {"pull_request",
     "id:n node_id number:n state locked:b title:u body:u? user:.account draft:b merged:b mergeable:b? rebaseable:b? "
     "mergeable_state merged_by:.account? merge_commit_sha? head:.head base:.base labels:*.label milestone:.milestone? "
     "assignee:.account? assignees:*.account requested_reviewers:*.account requested_teams:*.team author_association "
     "active_lock_reason? auto_merge:.auto_merge? comments:n review_comments:n commits:n additions:n deletions:n "
     "changed_files:n maintainer_can_modify:b created_at updated_at closed_at? merged_at? url html_url diff_url "
     "patch_url issue_url commits_url comments_url statuses_url review_comment_url review_comments_url _links:.links"},
    {"from_text", "from:u"},
    {"base_change", "ref:.from_text sha:.from_text"},
    {"changes", "title:.from_text? body:.from_text? base:.base_change?"},
    {"pull_request_event",
     "action number:n pull_request:.pull_request repository:.repository sender:.account label:.label? "
     "milestone:.milestone? assignee:.account? requested_reviewer:.account? requested_team:.team? changes:.changes? "
     "before? after? reason? organization:.organization? enterprise:.enterprise? installation:.installation?"},
    {"queued_commit", "id tree_id message:u timestamp author:.identity committer:.identity"},
    {"queued", "head_sha head_ref base_sha base_ref head_commit:.queued_commit"},
    {"merge_group",
     "action merge_group:.queued repository:.repository sender:.account organization:.organization? "
     "enterprise:.enterprise? installation:.installation?"},
    {"workflow_dispatch",
     "inputs:o ref workflow repository:.repository sender:.account organization:.organization? "
     "enterprise:.enterprise? installation:.installation?"},
    {"schedule", "schedule workflow repository:.repository organization:.organization? enterprise:.enterprise?"},
    {"github",
     "action action_path action_ref action_repository action_status actor actor_id api_url artifacts:o "
     "artifacts_list:o "
     "base_ref env event:o event_name event_path graphql_url head_ref:u job path ref ref_name ref_protected:b ref_type "
     "repository repository_id repository_owner repository_owner_id repositoryUrl repository_visibility retention_days "
     "run_attempt run_id run_number secret_source server_url sha step_summary state output token triggering_actor "
     "workflow "
     "workflow_ref workflow_sha workspace"},
    {"runner", "name os arch temp tool_cache debug environment workspace"},
    {"job_container", "id network"},
    {"job",
     "status check_run_id:n container:.job_container services:o workflow_ref workflow_sha workflow_repository "
     "workflow_file_path"},
    {"strategy", "fail-fast:b job-index:n job-total:n max-parallel:n"},
});

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : SplitString(text, ' '))
    if (!word.empty()) words.push_back(word);
  return words;
}

// "branches*" stands for two filters; the views into these names live for ever.
void AddFilter(std::vector<std::string_view>& filters, std::string_view word) {
  if (!word.ends_with('*')) {
    filters.push_back(word);
    return;
  }
  static constexpr std::array<std::string_view, 6> kPairs = {"branches",    "branches-ignore", "tags",
                                                             "tags-ignore", "paths",           "paths-ignore"};
  for (const std::string_view name : kPairs)
    if (name.starts_with(word.substr(0, word.size() - 1))) filters.push_back(name);
}

// The table of payloads that a tool made: a shape a line, in the form of kShapes.
std::string_view MadeShapes() {
  for (const EmbeddedFile& file : CatalogueFiles())
    if (file.name == "payloads") return file.content;
  return {};
}

// The made shape of an event, "@issues", or empty.
std::string_view MadeShape(std::string_view event) {
  for (const std::string_view line : SplitString(MadeShapes(), '\n')) {
    const std::string_view name = line.substr(0, line.find('\t'));
    if (name.starts_with('@') && name.substr(1) == event) return name;
  }
  return {};
}

std::vector<Event> MakeEvents() {
  std::vector<Event> events;
  for (const EventRow& row : kRows) {
    Event event{row.name, {}, Words(row.types), row.shape, !row.shape.empty(), row.privileged};
    if (event.shape.empty()) event.shape = MadeShape(row.name);
    for (const std::string_view word : Words(row.filters)) AddFilter(event.filters, word);
    events.push_back(std::move(event));
  }
  return events;
}

void ReadKind(std::string_view text, PropertyKind& kind, PayloadProperty& property) {
  if (text == "n") {
    kind = PropertyKind::Number;
  } else if (text == "b") {
    kind = PropertyKind::Boolean;
  } else if (text == "o") {
    kind = PropertyKind::Object;
  } else if (text == "j") {
    kind = PropertyKind::Json;
  } else if (text == "u") {
    property.untrusted = true;
  } else if (text.starts_with('.')) {
    kind = PropertyKind::Record;
    property.shape = text.substr(1);
  }
}

PayloadProperty ReadProperty(std::string_view text) {
  PayloadProperty property;
  if (text.ends_with('?')) {
    property.optional = true;
    text.remove_suffix(1);
  }
  const size_t colon = text.find(':');
  property.name = text.substr(0, colon);
  if (colon == std::string_view::npos) return property;
  text.remove_prefix(colon + 1);
  if (text.starts_with('*')) {
    property.kind = PropertyKind::List;
    ReadKind(text.substr(1), property.element, property);
  } else {
    ReadKind(text, property.kind, property);
  }
  return property;
}

// One shape alone: a program reads few of them.
std::vector<PayloadProperty> ReadShape(std::string_view name) {
  std::vector<PayloadProperty> properties;
  for (const ShapeRow& row : kShapes)
    if (row.name == name)
      for (const std::string_view word : Words(row.properties)) properties.push_back(ReadProperty(word));
  const std::string_view made = MadeShapes();
  const std::string begin = "\n" + std::string(name) + "\t";
  if (const size_t at = made.find(begin); at != std::string_view::npos) {
    const std::string_view line = made.substr(at + begin.size());
    for (const std::string_view word : Words(line.substr(0, line.find('\n')))) properties.push_back(ReadProperty(word));
  }
  return properties;
}

}  // namespace

bool Event::HasFilter(std::string_view filter) const { return std::ranges::find(filters, filter) != filters.end(); }

bool Event::HasType(std::string_view type) const {
  return (types.empty() && HasFilter("types")) || std::ranges::find(types, type) != types.end();
}

std::span<const Event> Events() {
  static const std::vector<Event> events = MakeEvents();
  return events;
}

const Event* FindEvent(std::string_view name) {
  for (const Event& event : Events())
    if (event.name == name) return &event;
  return nullptr;
}

std::span<const PayloadProperty> PayloadProperties(std::string_view shape) {
  static std::map<std::string, std::vector<PayloadProperty>, std::less<>> read;
  auto found = read.find(shape);
  if (found == read.end()) found = read.emplace(shape, ReadShape(shape)).first;
  return found->second;
}

const PayloadProperty* FindPayloadProperty(std::string_view shape, std::string_view name) {
  for (const PayloadProperty& property : PayloadProperties(shape))
    if (EqualsIgnoreCase(property.name, name)) return &property;
  return nullptr;
}

bool MayBeUntrusted(std::span<const std::string> path) {
  static constexpr auto kSafe =
      std::to_array<std::string_view>({"action",       "id",         "node_id",     "number",     "sha",
                                       "head_sha",     "base_sha",   "before",      "after",      "state",
                                       "state_reason", "status",     "conclusion",  "type",       "author_association",
                                       "draft",        "merged",     "locked",      "private",    "fork",
                                       "event",        "run_number", "run_attempt", "prerelease", "immutable",
                                       "site_admin",   "deleted",    "default",     "color"});
  if (path.empty()) return true;
  const std::string last = AsciiLower(path.back());
  if (last.ends_with("_id") || last.ends_with("_at") || last.ends_with("_count") || last.ends_with("_sha"))
    return false;
  return std::ranges::find(kSafe, last) == kSafe.end();
}

}  // namespace sluice::catalogue
