using System.Globalization;
using System.Net.Sockets;
using ActorTransfer.Protocol.Conversations;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Connections.Client;

/// <summary>The ways to a server, taken one after the other until it greets, and what was wrong with those before.</summary>
internal sealed class ClientWays(ClientAddress address)
{
    private static readonly IdnMapping s_idn = new();
    private readonly List<string> _failures = [];

    /// <summary>The way in use, counted from 0; -1 before the first.</summary>
    public int Number { get; private set; } = -1;

    public int Port => address.Ways[Number].Port;

    public bool IsDirect => address.Ways[Number].Direct;

    public bool IsLast => Number + 1 >= address.Ways.Count;

    /// <summary>For people.</summary>
    public string Failures => string.Join(", ", _failures);

    /// <summary>The kind of failure that tells most: who meets a closed port after a wrong certificate should hear of the certificate.</summary>
    public LinkFault Fault { get; private set; }

    /// <summary>Takes the next way; false when there is none.</summary>
    /// <param name="why">What is wrong with the one in use; null when there is none yet.</param>
    /// <param name="fault">What kind of wrong.</param>
    public bool Next(string? why, LinkFault fault)
    {
        Fault = Fault == LinkFault.Unreachable ? fault : Fault;
        if (why is not null)
        {
            _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{address.HostOrDomain}:{Port}{(IsDirect ? " by direct TLS" : "")}: {why}"));
        }

        if (IsLast)
        {
            return false;
        }

        Number++;
        return true;
    }

    /// <summary>What to do about an attempt to connect that failed.</summary>
    public string Describe(Exception exception) => exception switch
    {
        EndPointNotAllowedException => "this is not the local machine, and passwords do not travel in clear to others",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } when address.Host is null =>
            "the domain has no address of its own; name the server's host and port (SRV records are not looked up)",
        _ => exception.Message,
    };

    /// <summary>Domains of JIDs are kept with their own letters; resolvers and certificates know the ASCII form (RFC 5890 §2.3.2.1).</summary>
    public static string ToAscii(string host) => host.All(char.IsAscii) ? host : s_idn.GetAscii(host);
}
