// Checks that throw with their place, and the tables of known answers.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <fstream>
#include <map>
#include <sstream>

#include "lanewalk.hpp"

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            throw std::logic_error(__FILE__ ":" + std::to_string(__LINE__) + ": not true: " #condition);               \
        }                                                                                                              \
    } while (0)

/// The call throws this exception with this argument.
#define THROWS(type, name, call)                                                                                       \
    do {                                                                                                               \
        bool thrown = false;                                                                                           \
        try {                                                                                                          \
            (void)(call);                                                                                              \
        } catch (const type& error) {                                                                                  \
            thrown = true;                                                                                             \
            CHECK(std::string(error.argument()) == (name));                                                            \
        }                                                                                                              \
        CHECK(thrown);                                                                                                 \
    } while (0)

using row = std::map<std::string, std::string>;

inline std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> parts(1);
    for (const char letter : line) {
        if (letter == ',') parts.emplace_back();
        else if (letter != '\r') parts.back() += letter;
    }
    return parts;
}

inline std::vector<row> read_table(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) throw std::runtime_error(path + " cannot be read");
    const auto names = split(line);
    std::vector<row> rows;
    while (std::getline(file, line)) {
        const auto values = split(line);
        CHECK(values.size() == names.size());
        row row;
        for (std::size_t i = 0; i < names.size(); i++) row[names[i]] = values[i];
        rows.push_back(std::move(row));
    }
    CHECK(!rows.empty());
    return rows;
}

inline std::uint64_t whole(const std::string& text) { return text.empty() ? 0 : std::stoull(text, nullptr, 0); }
inline double real(const std::string& text) { return text.empty() ? 0 : std::stod(text); }

#endif
