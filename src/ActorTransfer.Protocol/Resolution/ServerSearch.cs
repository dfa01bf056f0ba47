using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>The DNS lookups of a domain's client services (RFC 6120 §3.2, XEP-0368), and their evaluation.</summary>
/// <param name="Domain">In ASCII.</param>
/// <param name="StartTls">Result for <c>_xmpp-client._tcp</c>; null = not queried.</param>
/// <param name="DirectTls">Result for <c>_xmpps-client._tcp</c>; null = not queried.</param>
internal sealed record ServerSearch(string Domain, SrvAnswer? StartTls, SrvAnswer? DirectTls)
{
    /// <summary>Prefix of the domain for STARTTLS (RFC 6120 §3.2.1).</summary>
    public const string StartTlsService = "_xmpp-client._tcp.";

    /// <summary>Prefix of the domain for direct TLS (XEP-0368 §3).</summary>
    public const string DirectTlsService = "_xmpps-client._tcp.";

    /// <summary>Bounds the connection attempts that a domain's records can cause; further records are ignored.</summary>
    public const int MaxEndPoints = 16;

    /// <summary>The records of both kinds by priority, not randomised by weight: for display.</summary>
    public IEnumerable<(SrvRecord Record, bool DirectTls)> Records =>
        Usable().OrderBy(found => found.Record.Priority).ThenByDescending(found => found.Record.Weight);

    /// <summary>Why lookups failed, for display; empty when none did.</summary>
    public string Faults => string.Join("; ", Failures());

    /// <summary>Whether a domain can have SRV records: IP addresses and names of the local machine (RFC 6761 §6.3) cannot.</summary>
    /// <param name="domain">Without brackets.</param>
    public static bool IsFor(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var name = domain.TrimEnd('.');
        return name.Length > 0 && !IPAddress.TryParse(domain, out _) && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The endpoints to try, in order. Records of both kinds form one list. If there are any, nothing else is tried (RFC 6120 §3.2.1, step
    /// 8); otherwise the domain itself on the default ports.
    /// </summary>
    /// <param name="random">Returns a random number from 0 to its argument, inclusive.</param>
    public ServerChoice Choose(Func<int, int> random)
    {
        ImmutableArray<ServerEndPoint> ordered =
        [
            .. SrvOrder.Of(Usable(), found => found.Record, random).Select(found => found.Record.EndPoint(found.DirectTls)).Distinct().Take(MaxEndPoints),
        ];
        if (!ordered.IsEmpty)
        {
            return new ServerChoice.EndPoints(ordered) { AreRecords = true };
        }

        var fallback = Fallback();
        return fallback.IsEmpty
            ? new ServerChoice.Unavailable(
                $"{Domain} has no XMPP service for clients (SRV target '.'){(Faults.Length > 0 ? $"; {Faults}" : "")}", Faults.Length == 0)
            : new ServerChoice.EndPoints(fallback);
    }

    /// <summary>A domain that offers no client service has none on the default port either.</summary>
    private ImmutableArray<ServerEndPoint> Fallback()
    {
        var fallback = ImmutableArray.CreateBuilder<ServerEndPoint>();
        if (StartTls is not null && !IsNotAvailable(StartTls))
        {
            fallback.Add(new ServerEndPoint(Domain, ServerEndPoint.UsualPort, DirectTls: false));
        }

        if (DirectTls is not null && !IsNotAvailable(DirectTls) && !IsNotAvailable(StartTls))
        {
            fallback.Add(new ServerEndPoint(Domain, ServerEndPoint.UsualDirectPort, DirectTls: true));
        }

        return fallback.ToImmutable();
    }

    private IEnumerable<(SrvRecord Record, bool DirectTls)> Usable() =>
        Of(StartTls).Select(record => (record, false)).Concat(Of(DirectTls).Select(record => (record, true))).Where(found => IsUsable(found.Item1));

    private IEnumerable<string> Failures()
    {
        if (StartTls is SrvAnswer.Failed clear)
        {
            yield return $"{StartTlsService}{Domain}: {clear.Reason}";
        }

        if (DirectTls is SrvAnswer.Failed direct)
        {
            yield return $"{DirectTlsService}{Domain}: {direct.Reason}";
        }
    }

    private static ImmutableArray<SrvRecord> Of(SrvAnswer? answer) => answer is SrvAnswer.Found found ? found.Records : [];

    private static bool IsNotAvailable(SrvAnswer? answer) =>
        Of(answer) is { IsEmpty: false } records && records.Any(record => record.IsNotAvailable) && !records.Any(IsUsable);

    /// <summary>DNS names may contain anything; only valid host names are connected to.</summary>
    private static bool IsUsable(SrvRecord record) =>
        record is { IsNotAvailable: false, Port: > 0 and <= ushort.MaxValue } && OtherHost.Read(record.Target) is { Port: null };
}
