/// The C++17 interface of lanewalk, on top of lanewalk.h. Header only: link the library lanewalk.
///
/// Objects own their handles, move, and copy only by clone(). Errors are exceptions of type lanewalk::error, and the
/// message and the argument are those of the C interface. What lanewalk.h says about units, determinism and threads
/// holds here too. An object that was moved from can only be assigned and destroyed; its use throws invalid_argument.
#ifndef LANEWALK_HPP
#define LANEWALK_HPP

#if __cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L)
#error "lanewalk.hpp needs C++17 or newer: compile with -std=c++17"
#else
#include "lanewalk.h"
#include "lanewalk/heat.hpp"
#include "lanewalk/problems.hpp"
#include "lanewalk/streams.hpp"
#include "lanewalk/values.hpp"
#endif

#endif
