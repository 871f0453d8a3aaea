/// Streams of random numbers, and the machine, of lanewalk.hpp.
#ifndef LANEWALK_STREAMS_HPP
#define LANEWALK_STREAMS_HPP

#include <string>
#include <vector>

#include "values.hpp"

namespace lanewalk {

/// The base of a family of streams.
inline std::uint64_t base(std::uint64_t seed, const std::string& label) {
    return detail::get<std::uint64_t>(lanewalk_base, seed, detail::text_of("label", label));
}

/// A stream of random numbers: a uniform random bit generator for the distributions of <random>. Each copy draws on
/// its own.
class stream {
public:
    using result_type = std::uint64_t;
    stream(std::uint64_t seed, const std::string& label, std::uint64_t index)
        : stream_(detail::get<lanewalk_stream>(lanewalk_stream_new, seed, detail::text_of("label", label), index)) {}
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return UINT64_MAX; }
    result_type operator()() {
        result_type draw = 0;
        detail::check(lanewalk_stream_draw(&stream_, &draw, 1));
        return draw;
    }
    void draw(view<std::uint64_t> draws) {
        detail::check(lanewalk_stream_draw(&stream_, draws.data(), draws.size()));
    }

private:
    lanewalk_stream stream_;
};

/// The version of the library that is running.
inline std::string version() { return lanewalk_version(); }

/// The names of the instruction sets of this machine, the narrowest first.
inline std::vector<std::string> isas() {
    std::vector<std::string> names;
    const char* name = nullptr;
    while (lanewalk_isa_name(names.size(), &name) == LANEWALK_STATUS_OK) names.emplace_back(name);
    return names;
}

}  // namespace lanewalk

#endif
