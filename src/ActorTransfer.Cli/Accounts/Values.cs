using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Reads the values of options. The error of an invalid value shows valid ones.</summary>
internal static class Values
{
    private const int Sha256Digits = 64;

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    public static Jid? Account(ArgumentResult result) => Address(
        result, jid => jid.Local is not null, "is not an account; write user@domain or user@domain/resource");

    /// <summary>A full JID, or the domain of a component.</summary>
    public static Jid? Peer(ArgumentResult result) => Address(
        result, jid => jid.IsOneEntity, "has no resource; files go to a full JID: user@domain/resource");

    public static Jid[] Jids(ArgumentResult result) => [.. result.Tokens.Select(token => Read(result, token.Value)).OfType<Jid>()];

    /// <summary>A domain: no user, no resource.</summary>
    public static Jid? Domain(ArgumentResult result) => Address(
        result, jid => jid is { Local: null, IsFull: false }, "is not a valid domain (example: proxy.example.org)");

    /// <summary>Bare JIDs and domains, or <c>*</c>; kept as text.</summary>
    public static string[] Users(ArgumentResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value != "*" && Read(result, token.Value) is { IsFull: true })
            {
                result.AddError($"'{token.Value}' has a resource; write user@domain, a domain, or *");
            }
        }

        return [.. result.Tokens.Select(token => token.Value)];
    }

    public static DnsEndPoint? EndPoint(ArgumentResult result) => EndPoints(result, leastPort: 1).FirstOrDefault();

    /// <summary>Port 0 means any free port.</summary>
    public static DnsEndPoint[] EndPoints(ArgumentResult result) => EndPoints(result, leastPort: 0);

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

    /// <summary>Names and networks, separated by commas or in repeated options.</summary>
    public static string[] Networks(ArgumentResult result)
    {
        var networks = result.Tokens
            .SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        foreach (var network in networks.Where(network => network is not ("loopback" or "private" or "link-local") && !IsNetwork(network)))
        {
            result.AddError($"'{network}' is not a valid network (loopback, private, link-local, or for example 192.0.2.0/24)");
        }

        return networks;
    }

    /// <summary>Addresses with or without a port.</summary>
    public static IPEndPoint[] NameServers(ArgumentResult result)
    {
        var read = new List<IPEndPoint>();
        foreach (var token in result.Tokens)
        {
            if (IPEndPoint.TryParse(token.Value, out var at) && !at.Address.Equals(IPAddress.Any) && !at.Address.Equals(IPAddress.IPv6Any))
            {
                read.Add(at);
            }
            else
            {
                result.AddError($"'{token.Value}' is not a valid address of a name server (examples: 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353)");
            }
        }

        return [.. read];
    }

    /// <summary>One of several words.</summary>
    public static Func<ArgumentResult, T> Choice<T>(params (string Word, T Value)[] choices) => result =>
    {
        var text = Text(result);
        var words = choices.Select(choice => choice.Word).ToArray();
        return Array.FindIndex(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is var index and >= 0
            ? choices[index].Value
            : Fail<T>(result, $"is not a valid value of {(result.Parent as OptionResult)?.Option.Name} ({string.Join(", ", words[..^1])} or {words[^1]})")!;
    };

    private static DnsEndPoint[] EndPoints(ArgumentResult result, int leastPort)
    {
        var read = new List<DnsEndPoint>();
        foreach (var token in result.Tokens)
        {
            if (HostPort.TryParse(token.Value, defaultPort: null, out var at) && at.Port >= leastPort)
            {
                read.Add(at);
            }
            else
            {
                result.AddError($"'{token.Value}' is not a valid address with a port (examples: 192.0.2.1:7777, [2001:db8::1]:7777, name:7777)");
            }
        }

        return [.. read];
    }

    private static bool IsNetwork(string text) => IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _);

    private static Jid? Address(ArgumentResult result, Func<Jid, bool> isRight, string fault) => Read(result, Text(result)) switch
    {
        null => null,
        { } jid when isRight(jid) => jid,
        _ => Fail<Jid?>(result, fault),
    };

    private static Jid? Read(ArgumentResult result, string text)
    {
        try
        {
            return Jid.Parse(text);
        }
        catch (FormatException fault)
        {
            result.AddError(fault.Message);
            return null;
        }
    }

    private static string Text(ArgumentResult result) => result.Tokens.Single().Value;

    private static T? Fail<T>(ArgumentResult result, string fault)
    {
        result.AddError($"'{Text(result)}' {fault}");
        return default;
    }
}
