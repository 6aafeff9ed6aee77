# Generates the parser from PipeParser.g4 at build time, as library sluice_grammar. The tool is Debian's antlr4 (4.7.2), the
# runtime libantlr4-runtime (4.9): they fit together but for three things that are mended here.
#  - Generated code makes warnings and some of it is for char8_t-free C++: -w, -fno-char8_t.
#  - Its automaton would be built when the program starts, in every command: who asks for it builds it, once. Our tables
#    (below) answer nearly all questions, so that only a syntax error and what lies beyond the tables do.
#  - Building them checks them each time, although they never change: switched off.
find_program(ANTLR4 antlr4)
if(NOT ANTLR4)
  message(FATAL_ERROR "antlr4 is missing: apt-get install antlr4 libantlr4-runtime-dev")
endif()
find_path(ANTLR4_INCLUDE antlr4-runtime/antlr4-runtime.h)
find_library(ANTLR4_RUNTIME NAMES libantlr4-runtime.a antlr4-runtime)
if(NOT ANTLR4_INCLUDE OR NOT ANTLR4_RUNTIME)
  message(FATAL_ERROR "the ANTLR runtime is missing: apt-get install libantlr4-runtime-dev")
endif()

set(_grammar ${CMAKE_CURRENT_LIST_DIR})
set(_out ${CMAKE_BINARY_DIR}/grammar)
add_custom_command(
  OUTPUT ${_out}/PipeParser.cpp ${_out}/PipeParser.h
  COMMAND ${ANTLR4} -Dlanguage=Cpp -no-listener -no-visitor -package sluice::syntax::grammar -lib ${_grammar} -o ${_out}
          PipeParser.g4
  COMMAND sed -i
          -e "s/^PipeParser::Initializer PipeParser::_init.*//"
          -e "s/^  atn::ATNDeserializer deserializer.*/  atn::ATNDeserializationOptions trusted;\\n  trusted.setVerifyATN(false);\\n  atn::ATNDeserializer deserializer(trusted);/"
          ${_out}/PipeParser.cpp
  COMMAND sed -i -e "s/getATN() const override { return _atn; };/getATN() const override { static Initializer once_only; return _atn; }/"
          ${_out}/PipeParser.h
  WORKING_DIRECTORY ${_grammar}
  DEPENDS ${_grammar}/PipeParser.g4 ${_grammar}/PipeTokens.tokens
  VERBATIM
  COMMENT "Generating the parser of .pipe")

add_library(sluice_grammar STATIC ${_out}/PipeParser.cpp)
target_include_directories(sluice_grammar SYSTEM PUBLIC ${_grammar}/shim ${ANTLR4_INCLUDE}/antlr4-runtime ${_out})
target_include_directories(sluice_grammar PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_options(sluice_grammar PRIVATE -w -fno-char8_t $<$<CONFIG:Debug>:-O1>)
target_link_libraries(sluice_grammar PUBLIC ${ANTLR4_RUNTIME} Threads::Threads)

# What ANTLR would find out about each decision while it reads, as tables.
add_executable(sluice_flatten ${_grammar}/flatten.cpp)
target_include_directories(sluice_flatten PRIVATE ${CMAKE_SOURCE_DIR})
target_compile_options(sluice_flatten PRIVATE -w -fno-char8_t $<$<CONFIG:Debug>:-O1>)
target_link_libraries(sluice_flatten PRIVATE sluice_grammar)
add_custom_command(OUTPUT ${_out}/predictions.inc
  COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:sluice_flatten> ${_out}/predictions.inc
  DEPENDS sluice_flatten VERBATIM COMMENT "Flattening the decisions of the parser")
