using System.Collections.Immutable;
using System.Globalization;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol.Bytestreams;

namespace ActorTransfer.Protocol.JingleTransports;

/// <summary>The candidates that this side offers.</summary>
internal static class OwnCandidates
{
    private const int PerType = 65536;
    private const int DirectPreference = 126;
    private const int ProxyPreference = 10;

    /// <summary>
    /// Local preferences that no peer uses. Equal priorities start the rule for ties, which some peers implement the wrong way round.
    /// </summary>
    private const int FirstDirect = 50021;
    private const int FirstProxy = 40021;
    private const int Distance = 7;

    /// <summary>Candidates with ids of their own and falling priorities.</summary>
    /// <param name="direct">Own addresses, the best first.</param>
    /// <param name="proxies">Addresses of proxies, the best first.</param>
    /// <param name="peers">Candidates of the peer, whose addresses the responder must not repeat (XEP-0260 §2.3).</param>
    public static ImmutableArray<TransportCandidate> Of(
        IEnumerable<StreamHost> direct, IEnumerable<StreamHost> proxies, ImmutableArray<TransportCandidate> peers = default)
    {
        StreamHost[] theirs = peers.IsDefault ? [] : [.. StreamHostList.Distinct(peers.Select(candidate => candidate.Host))];
        StreamHost[] ours = [.. StreamHostList.Distinct([.. theirs, .. direct, .. proxies]).Skip(theirs.Length).Take(TransportCandidate.Max)];
        var own = direct.ToHashSet();
        return
        [
            .. ours.Where(own.Contains).Select((host, at) => Candidate("d", CandidateType.Direct, host, at)),
            .. ours.Where(host => !own.Contains(host)).Select((host, at) => Candidate("p", CandidateType.Proxy, host, at)),
        ];
    }

    /// <summary>The priority of the n-th candidate of a type, counted from 0.</summary>
    internal static long PriorityOf(CandidateType type, int at) => type == CandidateType.Proxy
        ? (PerType * ProxyPreference) + FirstProxy - (Distance * at)
        : (PerType * DirectPreference) + FirstDirect - (Distance * at);

    private static TransportCandidate Candidate(string prefix, CandidateType type, StreamHost host, int at) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{prefix}{at + 1}"), type, host, PriorityOf(type, at));
}
