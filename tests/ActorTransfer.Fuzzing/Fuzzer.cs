using System.Diagnostics;

namespace ActorTransfer.Fuzzing;

/// <summary>Feeds a target with its corpus and with changed inputs, and measures what each costs.</summary>
internal static class Fuzzer
{
    /// <summary>Memory that any input may cost, however short.</summary>
    private const long BaseBytes = 512 * 1024;

    /// <summary>The same for all settings: the defaults are read with them.</summary>
    private const long BaseBytesOfSettings = 16 * BaseBytes;

    /// <summary>Allocated bytes for each byte of input; the targets read each input several times.</summary>
    private const long BytesPerByte = 4096;

    /// <summary>Runs a target. The same seed gives the same inputs.</summary>
    /// <exception cref="FuzzException">An input violates a property; the message has it in hexadecimal.</exception>
    public static FuzzResult Run(string target, int inputs, int seed)
    {
        var corpus = Corpus(target);
        var mutator = new Mutator(new Random(seed), corpus);
        var result = new FuzzResult();
        foreach (var input in corpus)
        {
            Try(target, input, result);
        }

        for (var at = 0; at < inputs; at++)
        {
            Try(target, mutator.Next(), result);
        }

        return result;
    }

    /// <summary>Runs a target for one input.</summary>
    public static void Try(string target, byte[] input, FuzzResult result)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        try
        {
            FuzzTargets.All[target](input);
        }
        catch (Exception exception)
        {
            throw new FuzzException($"{target}, input {Convert.ToHexString(input)}: {exception}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        result.Add(Stopwatch.GetElapsedTime(started), allocated);
        if (allocated > (target == "settings" ? BaseBytesOfSettings : BaseBytes) + (BytesPerByte * input.Length))
        {
            throw new FuzzException($"{target}, input {Convert.ToHexString(input)}: {allocated} bytes allocated for {input.Length}");
        }
    }

    /// <summary>The inputs of a target's folder.</summary>
    public static List<byte[]> Corpus(string target)
    {
        var assembly = typeof(Fuzzer).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(target + "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            })];
    }
}
