using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Connections;

/// <summary>The endpoints of a server, taken one after the other until one greets, and what was wrong with those before.</summary>
internal sealed class ServerEndPoints(ServerAddress address)
{
    private static readonly IdnMapping s_idn = new();
    private readonly List<string> _failures = [];
    private ImmutableArray<ServerEndPoint> _endPoints = address.EndPoints;
    private string _lookUpFaults = "";

    /// <summary>The endpoint in use, counted from 0; -1 before the first.</summary>
    public int Number { get; private set; } = -1;

    /// <summary>The endpoint in use.</summary>
    public ServerEndPoint Current => _endPoints[Number];

    public bool IsLast => Number + 1 >= _endPoints.Length;

    /// <summary>For people.</summary>
    public string Failures => string.Join(", ", _failures) + (_lookUpFaults.Length > 0 ? $"; DNS look-up failed: {_lookUpFaults}" : "");

    /// <summary>The kind of failure that tells most: who meets a closed port after a wrong certificate should hear of the certificate.</summary>
    public LinkFault Fault { get; private set; }

    /// <summary>Takes what a search in DNS led to, before the first endpoint is used.</summary>
    /// <param name="endPoints">At least one.</param>
    /// <param name="faults">Look-ups that failed, for people; empty when none did.</param>
    public void Use(ImmutableArray<ServerEndPoint> endPoints, string faults) => (_endPoints, _lookUpFaults) = (endPoints, faults);

    /// <summary>Takes the next endpoint; false when there is none.</summary>
    /// <param name="why">What is wrong with the one in use; null when there is none yet.</param>
    /// <param name="fault">What kind of wrong.</param>
    public bool Next(string? why, LinkFault fault)
    {
        Fault = Fault == LinkFault.Unreachable ? fault : Fault;
        if (why is not null)
        {
            _failures.Add($"{Current}: {why}");
        }

        if (IsLast)
        {
            return false;
        }

        Number++;
        return true;
    }

    /// <summary>What to do about an attempt to connect that failed.</summary>
    /// <param name="exception">How it failed.</param>
    /// <param name="at">Where.</param>
    public string Describe(Exception exception, ServerEndPoint at) => exception switch
    {
        EndPointNotAllowedException => "this is not the local machine, and passwords do not travel in clear to others",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } when address.Host is null && IsDomain(at) =>
            $"the domain has no address of its own{(address.SrvDomain is null ? "" : " and no SRV records")}; name the server's host and port",
        _ => exception.Message,
    };

    /// <summary>Domains of JIDs are kept with their own letters; resolvers and certificates know the ASCII form (RFC 5890 §2.3.2.1).</summary>
    public static string ToAscii(string host)
    {
        try
        {
            return host.All(char.IsAscii) ? host : s_idn.GetAscii(host);
        }
        catch (ArgumentException)
        {
            return host; // No name that DNS could hold: the resolver says so.
        }
    }

    private bool IsDomain(ServerEndPoint at) => at.Host == address.HostOrDomain || at.Host == ToAscii(address.HostOrDomain);
}
