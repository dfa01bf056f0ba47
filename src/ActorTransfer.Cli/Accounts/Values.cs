using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Reads the values of options. The error of an invalid value shows valid ones.</summary>
internal static class Values
{
    private const int Sha256Digits = 64;

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    public static int? Port(ArgumentResult result) =>
        int.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : Fail<int?>(result, "is not a valid port (1 to 65535)");

    public static int? Count(ArgumentResult result) =>
        int.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : Fail<int?>(result, "is not a valid count (1 or more)");

    public static long? Size(ArgumentResult result) =>
        ByteSize.TryParse(Text(result), out var bytes) ? bytes : Fail<long?>(result, "is not a valid size (examples: 1GiB, 1.5MB, 152443)");

    /// <summary>A number with ms, s, m or h; without a unit seconds.</summary>
    public static TimeSpan? Duration(ArgumentResult result)
    {
        var text = Text(result);
        var (unit, seconds) = Units.FirstOrDefault(known => text.EndsWith(known.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        return double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * seconds is >= 0.001 and <= 1e7
            ? TimeSpan.FromSeconds(number * seconds)
            : Fail<TimeSpan?>(result, "is not a valid time (examples: 30s, 500ms, 2m)");
    }

    /// <summary>Hexadecimal digits, with or without colons between the bytes; kept without, in lower case.</summary>
    public static string? Fingerprint(ArgumentResult result)
    {
        var digits = Text(result).Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.Length == Sha256Digits && digits.All(char.IsAsciiHexDigit)
            ? digits
            : Fail<string?>(result, "is not a valid SHA-256 fingerprint: 64 hexadecimal digits (openssl x509 -noout -fingerprint -sha256)");
    }

    /// <summary>How files are offered.</summary>
    public static Option<Signalling> Signalling() => Choice(
        "--signalling",
        "How the file is offered. jingle: Jingle file transfer (XEP-0234); si: stream initiation (XEP-0096); auto: by what the peer advertises.",
        ActorTransfer.Signalling.Auto,
        ("auto", ActorTransfer.Signalling.Auto),
        ("jingle", ActorTransfer.Signalling.Jingle),
        ("si", ActorTransfer.Signalling.StreamInitiation));

    /// <summary>An option whose value is one of several words.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">Without its default.</param>
    /// <param name="byDefault">Value without the option, one of the choices.</param>
    /// <param name="choices">The words.</param>
    public static Option<T> Choice<T>(string name, string description, T byDefault, params (string Word, T Value)[] choices)
    {
        var words = choices.Select(choice => choice.Word).ToArray();
        var option = new Option<T>(name)
        {
            Description = $"{description} Default: {choices.First(choice => Equals(choice.Value, byDefault)).Word}.",
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => byDefault,
            CustomParser = result => Array.FindIndex(words, word => word.Equals(Text(result), StringComparison.OrdinalIgnoreCase)) is var index and >= 0
                ? choices[index].Value
                : Fail<T>(result, $"is not a valid value of {name} ({string.Join(", ", words[..^1])} or {words[^1]})")!,
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }

    internal static string Text(ArgumentResult result) => result.Tokens.Single().Value;

    internal static T? Fail<T>(ArgumentResult result, string fault)
    {
        result.AddError($"'{Text(result)}' {fault}");
        return default;
    }
}
