using System.CommandLine.Parsing;
using System.Net;

namespace ActorTransfer.Cli.Accounts;

/// <summary>Reads the values of options that are endpoints, networks or name servers.</summary>
internal static class EndPointValues
{
    public static DnsEndPoint? EndPoint(ArgumentResult result) => EndPoints(result, leastPort: 1).FirstOrDefault();

    /// <summary>Port 0 means any free port.</summary>
    public static DnsEndPoint? AnyPort(ArgumentResult result) => EndPoints(result).FirstOrDefault();

    /// <summary>Port 0 means any free port.</summary>
    public static DnsEndPoint[] EndPoints(ArgumentResult result) => EndPoints(result, leastPort: 0);

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

    private static DnsEndPoint[] EndPoints(ArgumentResult result, int leastPort)
    {
        var read = new List<DnsEndPoint>();
        foreach (var token in result.Tokens)
        {
            if (HostPort.TryParse(token.Value, out var at) && at.Port >= leastPort)
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
}
