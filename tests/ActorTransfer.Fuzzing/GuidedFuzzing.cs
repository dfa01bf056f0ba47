using SharpFuzzer = SharpFuzz.Fuzzer;

namespace ActorTransfer.Fuzzing;

/// <summary>The process that <c>afl-fuzz</c> feeds, with an instrumented copy of the library: <c>build/fuzz-guided.sh</c> starts it.</summary>
internal static class GuidedFuzzing
{
    private const int MaxLength = 64 * 1024;

    /// <summary>
    /// Runs a target for each input, in a child process that is replaced when it hangs, until the fuzzer ends it. A violated property or exception counts
    /// as a crash.
    /// </summary>
    public static void Run(string target)
    {
        var result = new FuzzResult();
        SharpFuzzer.OutOfProcess.Run((Stream stream) =>
        {
            var input = new byte[MaxLength];
            var length = stream.ReadAtLeast(input, MaxLength, throwOnEndOfStream: false);
            Fuzzer.Try(target, input[..length], result);
        });
    }
}
