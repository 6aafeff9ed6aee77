#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "compiler/base/result.h"

// libarchive, loaded when an image is imported and not when sluice starts: with the libraries behind it (XML, Unicode
// tables, five compressors) it would make every command start slower by more than all the rest.
namespace sluice::store {

// In this namespace the functions of libarchive are pointers of the same names, so they are called as ever. They are
// null until LoadArchiveLibrary has succeeded.
#define SLUICE_ARCHIVE_FUNCTIONS(X)    \
  X(archive_entry_filetype)            \
  X(archive_entry_free)                \
  X(archive_entry_hardlink)            \
  X(archive_entry_new)                 \
  X(archive_entry_pathname)            \
  X(archive_entry_set_filetype)        \
  X(archive_entry_set_hardlink)        \
  X(archive_entry_set_pathname)        \
  X(archive_entry_set_perm)            \
  X(archive_entry_set_rdev)            \
  X(archive_entry_symlink)             \
  X(archive_entry_xattr_add_entry)     \
  X(archive_entry_xattr_clear)         \
  X(archive_entry_xattr_next)          \
  X(archive_entry_xattr_reset)         \
  X(archive_errno)                     \
  X(archive_error_string)              \
  X(archive_read_data_block)           \
  X(archive_read_data_into_fd)         \
  X(archive_read_free)                 \
  X(archive_read_new)                  \
  X(archive_read_next_header)          \
  X(archive_read_open_filename)        \
  X(archive_read_support_filter_all)   \
  X(archive_read_support_format_empty) \
  X(archive_read_support_format_tar)   \
  X(archive_write_close)               \
  X(archive_write_data_block)          \
  X(archive_write_disk_new)            \
  X(archive_write_disk_set_options)    \
  X(archive_write_finish_entry)        \
  X(archive_write_free)                \
  X(archive_write_header)

#define SLUICE_DECLARE(name) extern decltype(&::name) name;
SLUICE_ARCHIVE_FUNCTIONS(SLUICE_DECLARE)
#undef SLUICE_DECLARE

// Loads the library, once. An error that names the package when it is not there.
Status LoadArchiveLibrary();

}  // namespace sluice::store
