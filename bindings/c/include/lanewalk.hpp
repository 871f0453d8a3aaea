/// The C++17 interface of lanewalk, on top of lanewalk.h. Header only: link the library lanewalk.
///
/// Objects own their handles, move, and copy only by clone(). Errors are exceptions of type lanewalk::error, and the
/// message and the argument are those of the C interface. What lanewalk.h says about units, determinism and threads
/// holds here too.
#ifndef LANEWALK_HPP
#define LANEWALK_HPP

#include "lanewalk.h"
#include "lanewalk/heat.hpp"
#include "lanewalk/problems.hpp"
#include "lanewalk/streams.hpp"
#include "lanewalk/values.hpp"

#endif
