# find_package(lanewalk): the targets lanewalk::lanewalk (shared) and lanewalk::static, for C and C++.
get_filename_component(lanewalk_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
find_package(Threads REQUIRED)

if(NOT TARGET lanewalk::lanewalk)
  add_library(lanewalk::lanewalk SHARED IMPORTED)
  set_target_properties(
    lanewalk::lanewalk
    PROPERTIES IMPORTED_LOCATION "${lanewalk_prefix}/lib/@SHARED_NAME@"
               IMPORTED_SONAME "@SONAME@"
               INTERFACE_INCLUDE_DIRECTORIES "${lanewalk_prefix}/include")

  add_library(lanewalk::static STATIC IMPORTED)
  set_target_properties(
    lanewalk::static
    PROPERTIES IMPORTED_LOCATION "${lanewalk_prefix}/lib/liblanewalk.a"
               IMPORTED_LINK_INTERFACE_LANGUAGES C
               INTERFACE_INCLUDE_DIRECTORIES "${lanewalk_prefix}/include"
               INTERFACE_LINK_LIBRARIES "Threads::Threads;@SYSTEM_LIBRARIES_CMAKE@")
endif()
