using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using ActorTransfer.Protocol.Resolution;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Actors.Connections;

/// <summary>The endpoints of a server, tried in order until one sends a stream header, and why earlier ones failed.</summary>
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

    /// <summary>Human-readable.</summary>
    public string Failures => string.Join(", ", _failures) + (_lookUpFaults.Length > 0 ? $"; DNS lookup failed: {_lookUpFaults}" : "");

    /// <summary>The most informative kind of failure: a wrong certificate is reported even if a closed port follows.</summary>
    public LinkFault Fault { get; private set; }

    /// <summary>Takes the result of a DNS lookup, before the first endpoint is used.</summary>
    /// <param name="endPoints">At least one.</param>
    /// <param name="faults">Failed lookups, human-readable; empty when none failed.</param>
    public void Use(ImmutableArray<ServerEndPoint> endPoints, string faults) => (_endPoints, _lookUpFaults) = (endPoints, faults);

    /// <summary>Takes the next endpoint; false when there is none.</summary>
    /// <param name="reason">Why the current one failed; null when there is none yet.</param>
    /// <param name="fault">The kind of failure.</param>
    public bool Next(string? reason, LinkFault fault)
    {
        Fault = Fault == LinkFault.Unreachable ? fault : Fault;
        if (reason is not null)
        {
            _failures.Add($"{Current}: {reason}");
        }

        if (IsLast)
        {
            return false;
        }

        Number++;
        return true;
    }

    /// <summary>Explains a failed connection attempt, with advice.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="at">The endpoint.</param>
    public string Describe(Exception exception, ServerEndPoint at) => exception switch
    {
        EndPointNotAllowedException => "this is not the local machine; passwords are not sent unencrypted to other machines",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }
            when address.HostName is null && IsDomain(at) =>
            $"the domain has no address of its own{(address.SrvDomain is null ? "" : " and no SRV records")}; name the server's host and port",
        _ => exception.Message,
    };

    /// <summary>Domains of JIDs are kept in Unicode; resolvers and certificates use the ASCII form (RFC 5890 §2.3.2.1).</summary>
    public static string ToAscii(string host)
    {
        try
        {
            return host.All(char.IsAscii) ? host : s_idn.GetAscii(host);
        }
        catch (ArgumentException)
        {
            return host; // Not a valid DNS name; the resolver reports that.
        }
    }

    private bool IsDomain(ServerEndPoint at) => at.Host == address.HostOrDomain || at.Host == ToAscii(address.HostOrDomain);
}
