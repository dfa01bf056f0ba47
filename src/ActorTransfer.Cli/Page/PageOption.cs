using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace ActorTransfer.Cli.Page;

/// <summary>The option <c>--page</c>.</summary>
internal static class PageOption
{
    public static Option<IPEndPoint?> Create() => new("--page")
    {
        Description = "Show all transfers on a live page in the browser, on which they can be paused and cancelled: http://ADDR:PORT. Loopback addresses only, "
            + "because the page has no login; a port alone listens on 127.0.0.1, port 0 means any free port.",
        HelpName = "ADDR:PORT",
        CustomParser = Read,
    };

    private static IPEndPoint? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!HostPort.TryParseServed(text, out var at) || AddressOf(at.Host) is not { } address)
        {
            result.AddError($"'{text}' is not a valid address for the page (examples: 8080, 127.0.0.1:8080, [::1]:8080)");
        }
        else if (!IPAddress.IsLoopback(address))
        {
            result.AddError(
                $"'{text}' is not a loopback address. The page has no login; to see it from another machine: ssh -L 8080:127.0.0.1:8080 THIS-MACHINE");
        }
        else
        {
            return new IPEndPoint(address, at.Port);
        }

        return null;
    }

    private static IPAddress? AddressOf(string host) => host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var address) ? address : null;
}
