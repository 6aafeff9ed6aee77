# cmake -DOUT=x.cpp -DSYMBOL=ns::name -DLIST=paths.txt -P Embed.cmake: the texts of the files, a path a line, as a constant
# array of {name without extension, content}, sorted as given. Used at build time, so that a changed text rebuilds one file.
string(REGEX MATCH "^(.*)::([^:]+)$" _ "${SYMBOL}")
set(body "// Generated from ${SYMBOL}'s files. Do not edit.\n#include \"compiler/base/embedded.h\"\n\nnamespace ${CMAKE_MATCH_1} {\n")
set(name ${CMAKE_MATCH_2})
string(APPEND body "namespace {\nusing namespace std::string_view_literals;  // their length costs the compiler no loop\nconstexpr ::sluice::EmbeddedFile kFiles[] = {\n")
file(STRINGS "${LIST}" files)
foreach(file IN LISTS files)
  file(READ "${file}" text)
  get_filename_component(stem "${file}" NAME_WE)
  string(APPEND body "{\"${stem}\", R\"~~~(${text})~~~\"sv},\n")
endforeach()
string(APPEND body "};\n}  // namespace\n\nstd::span<const ::sluice::EmbeddedFile> ${name}() { return kFiles; }\n\n}  // namespace ${CMAKE_MATCH_1}\n")
file(WRITE "${OUT}" "${body}")
