using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Streams;

namespace ActorTransfer.Protocol.Resolution;

/// <summary>What DNS says about the servers of a domain's clients (RFC 6120 §3.2, XEP-0368), and what follows from it.</summary>
/// <param name="Domain">In ASCII.</param>
/// <param name="StartTls">Answer for <c>_xmpp-client._tcp</c>; null = endpoints of this kind are not wanted.</param>
/// <param name="DirectTls">Answer for <c>_xmpps-client._tcp</c>; null = endpoints of this kind are not wanted.</param>
internal sealed record ServerSearch(string Domain, SrvAnswer? StartTls, SrvAnswer? DirectTls)
{
    /// <summary>Before the domain: the service of streams that begin in clear (RFC 6120 §3.2.1).</summary>
    public const string StartTlsService = "_xmpp-client._tcp.";

    /// <summary>Before the domain: the service of streams that begin with TLS (XEP-0368 §3).</summary>
    public const string DirectTlsService = "_xmpps-client._tcp.";

    /// <summary>A domain's records must not make this side connect without end; those after these are not tried.</summary>
    public const int MaxEndPoints = 16;

    /// <summary>The records of both kinds, best priority first and not drawn by weight: for people.</summary>
    public IEnumerable<(SrvRecord Record, bool DirectTls)> Records => Usable().OrderBy(found => found.Record.Priority).ThenByDescending(found => found.Record.Weight);

    /// <summary>Why look-ups failed, for people; empty when none did.</summary>
    public string Faults => string.Join("; ", Failures());

    /// <summary>Whether DNS has SRV records for a domain: not for an address, and not for the names of this machine (RFC 6761 §6.3).</summary>
    /// <param name="domain">Without brackets.</param>
    public static bool IsFor(string domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var name = domain.TrimEnd('.');
        return name.Length > 0 && !IPAddress.TryParse(domain, out _) && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            && !name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Where to connect, in this order. Records of both kinds are one list. Where there are any, nothing else is tried (RFC 6120 §3.2.1, step 8); where there are
    /// none, the domain itself is on the usual ports.
    /// </summary>
    /// <param name="random">Draws a number from 0 to its argument, both included.</param>
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
            ? new ServerChoice.Unavailable($"{Domain} says in DNS that it has no XMPP service for clients (SRV target '.'){(Faults.Length > 0 ? $"; {Faults}" : "")}", Faults.Length == 0)
            : new ServerChoice.EndPoints(fallback);
    }

    /// <summary>A domain without a service for clients at all has none on the customary port either.</summary>
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

    /// <summary>DNS may hold anything in a name; what is no host name is not connected to.</summary>
    private static bool IsUsable(SrvRecord record) =>
        record is { IsNotAvailable: false, Port: > 0 and <= ushort.MaxValue } && OtherHost.Read(record.Target) is { Port: null };
}
