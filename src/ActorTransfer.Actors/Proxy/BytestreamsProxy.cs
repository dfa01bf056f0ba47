using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer;

/// <summary>Messages to and from a proxy.</summary>
public static class BytestreamsProxy
{
    /// <summary>Definition of a proxy.</summary>
    /// <param name="Address">JID of the proxy: the domain of its component.</param>
    /// <param name="Listen">Endpoints to listen on; port 0 = any free port.</param>
    /// <param name="Public">
    /// Names and addresses announced to clients; port 0 = the first listener's. Empty = the listen addresses; for a wildcard address, the
    /// machine's own ones.
    /// </param>
    /// <param name="Allowed">Who may use it; null = <see cref="ProxySettings.Allow"/>, and without that list the domain above the address.</param>
    public sealed record Definition(Jid Address, ImmutableArray<IPEndPoint> Listen, ImmutableArray<DnsEndPoint> Public, ProxyAccess? Allowed)
    {
        /// <summary>Who may use it with these settings.</summary>
        internal ProxyAccess AllowedBy(ProxySettings settings) => Allowed ?? settings.Allow ?? ProxyAccess.Only([Above]);

        private Jid Above => Address.Domain.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? Jid.Parse(Address.Domain[(dot + 1)..]) : Address;
    }

    /// <summary>The sender gets <see cref="Status"/>.</summary>
    public sealed record GetStatus;

    /// <summary>Current state of the proxy and totals since its start.</summary>
    /// <param name="EndPoints">Listening endpoints, in the order of <see cref="Definition.Listen"/>.</param>
    /// <param name="Waiting">Pairs before activation.</param>
    /// <param name="Active">Active pairs.</param>
    /// <param name="SetUps">Pairs activated so far.</param>
    /// <param name="Ended">Activated pairs that have ended.</param>
    /// <param name="Bytes">Bytes relayed so far, including active pairs.</param>
    /// <param name="Refusals">Refusals by reason; names of <see cref="ProxyRefusals"/>, those that occurred.</param>
    /// <param name="Draining">The proxy is shutting down.</param>
    public sealed record Status(
        ImmutableArray<IPEndPoint> EndPoints,
        int Waiting,
        int Active,
        long SetUps,
        long Ended,
        long Bytes,
        ImmutableSortedDictionary<string, long> Refusals,
        bool Draining);

    /// <summary>
    /// Replaces limits, timeouts, rates and rights. Rates also apply to active pairs; rights and limits on numbers only to new ones.
    /// Listeners are not changed.
    /// </summary>
    /// <param name="Settings">Limits, timeouts and rates.</param>
    /// <param name="Allowed">Who may use it; null = by the rule of <see cref="Definition"/>.</param>
    public sealed record Reload(ProxySettings Settings, ProxyAccess? Allowed);

    /// <summary>Refuses new pairs and ends pending ones; the sender gets <see cref="Drained"/> when the last active pair has ended.</summary>
    public sealed record Drain;

    /// <summary>No pairs remain.</summary>
    public sealed record Drained;
}
