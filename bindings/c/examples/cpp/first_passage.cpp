// Mean first-passage times beside the exact values:
//
//     c++ -std=c++17 first_passage.cpp -o first_passage $(pkg-config --cflags --libs lanewalk)
#include <cstdio>
#include <iostream>

#include <lanewalk.hpp>

int main() try {
    const auto result = lanewalk::first_passage({10, 20, 150}).samples(3000).independent().run();
    for (std::size_t row = 0; row < result.rows(); row++) {
        const auto tally = result.tally(row);
        const auto mean = result.estimate("mean", row);
        std::cout << "Y = " << result.distance(row) << ": " << tally.samples << " walks, "
                  << tally.total_steps.to_string() << " steps, " << tally.sum_squares.to_string()
                  << " squared, longest " << tally.longest << ", lower " << tally.lower << std::endl;
        std::printf("    mean %.3f, exact %.3f, z %.4f\n", mean.value.value(), mean.exact.value(), mean.z.value());
        std::fflush(stdout);
    }
    std::cout << "digest " << result.digest() << '\n';
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
