#!/usr/bin/env bash
# rooms.sh BUILD: holds the built libraries against the invariants of docs/architecture.md.
#   1. No ANTLR symbol outside syntax/.
#   4. Only base, runtime/{engine,agent,fetch,services,store} and cli touch the operating system.
#   6. The scheduler knows no clock, and no room starts a thread.
set -euo pipefail
build=$1
bad=0
complain() { echo "$*"; bad=1; }

system_calls='^(open|open64|openat|creat|fopen|fopen64|freopen|opendir|readdir|stat|stat64|lstat|fstat|access|unlink|rename|mkdir|rmdir|chdir|getcwd|fork|vfork|clone|execv|execve|execvp|posix_spawn|posix_spawnp|system|popen|kill|waitpid|pipe|pipe2|dup2|socket|connect|bind|listen|accept|mount|umount|umount2|ioctl|poll|ppoll|select|epoll_wait|getenv|secure_getenv|setenv|gethostname|getuid|geteuid|tmpfile|mkstemp|mkdtemp)$'
clocks='^(time|clock|clock_gettime|gettimeofday|nanosleep|usleep|sleep|pthread_create|timer_create)$|chrono::_V2::(system|steady)_clock::now|std::thread'
free_rooms='^(base|engine|agent|fetch|services|store|runtime|test_support|generators|compile_text|test_compile)$' # runtime: the run loop waits for events; the last four are test libraries

checked=0
for library in $(find "$build" -name 'libsluice_*.a' | sort); do
  room=$(basename "$library" .a)
  room=${room#libsluice_}
  undefined=$(nm -u "$library" 2> /dev/null | sed -n 's/^ *U //p' | sed 's/@.*//' | sort -u)
  readable=$(c++filt <<< "$undefined")
  [ "$room" = syntax ] || [[ "$room" = *antlr* ]] || [[ "$room" = *grammar* ]] \
    || ! hit=$(grep -m 3 -E 'antlr' <<< "$readable") || complain "$room uses ANTLR: $hit"
  if ! [[ "$room" =~ $free_rooms ]]; then
    ! hit=$(grep -E "$system_calls" <<< "$undefined") || complain "$room calls the operating system: $(echo $hit)"
    ! hit=$(grep -E 'std::filesystem::(exists|status|create_dir|remove|rename|copy|directory_iterator|recursive|current_path|file_size)|std::basic_[io]?fstream' <<< "$readable") \
      || complain "$room touches files: $(echo $hit)"
    ! hit=$(grep -E "$clocks" <<< "$readable") || complain "$room reads a clock or starts threads: $(echo $hit)"
  fi
  # Without threads there are no data races, and nothing for ThreadSanitizer (docs/decisions/0091).
  ! hit=$(grep -m 3 -E '^pthread_create$|std::thread::_M_start_thread' <<< "$readable") || complain "$room starts threads: $(echo $hit)"
  checked=$((checked + 1))
done
[ "$checked" -ge 10 ] || complain "only $checked libraries found below $build: the check proves nothing"

if grep -rlE '#include [<"]antlr4' compiler runtime cli --include='*.h' | grep -v '^compiler/syntax/.*\.cpp$' | grep .; then
  complain "ANTLR's headers are included by a header, or outside syntax/"
fi
if hits=$(grep -rlE '#include [<"]antlr4' compiler runtime cli --include='*.cpp' | grep -v '^compiler/syntax/'); then
  complain "ANTLR's headers are included outside syntax/: $hits"
fi
[ "$bad" = 0 ] && echo "$checked rooms keep their promises"
exit "$bad"
