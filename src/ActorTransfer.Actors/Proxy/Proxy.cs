using System.Collections.Immutable;
using System.Net;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.ProxyService;

namespace ActorTransfer;

/// <summary>All that can be said to a proxy, and what it says.</summary>
public static class BytestreamsProxy
{
    /// <summary>What a proxy is made of.</summary>
    /// <param name="Address">JID under which it is known: the domain of its component.</param>
    /// <param name="Listen">Where it listens; port 0 takes a free one.</param>
    /// <param name="Public">
    /// What clients are told to connect to, names and addresses; port 0 is the first listener's. Empty = where it listens; of a wildcard address, the
    /// machine's own ones.
    /// </param>
    /// <param name="Allowed">Who may use it; null = whom <see cref="ProxySettings.Allow"/> lists, and without a list the domain above the address.</param>
    public sealed record Definition(Jid Address, ImmutableArray<IPEndPoint> Listen, ImmutableArray<DnsEndPoint> Public, ProxyAccess? Allowed)
    {
        /// <summary>Who may use it with these settings.</summary>
        internal ProxyAccess AllowedBy(ProxySettings settings) => Allowed ?? settings.Allow ?? ProxyAccess.Only([Above]);

        private Jid Above => Address.Domain.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? Jid.Parse(Address.Domain[(dot + 1)..]) : Address;
    }

    /// <summary>The sender gets <see cref="Status"/>.</summary>
    public sealed record GetStatus;

    /// <summary>What the proxy does now and has done since it started.</summary>
    /// <param name="EndPoints">Where it listens, in the order of <see cref="Definition.Listen"/>.</param>
    /// <param name="Waiting">Pairs that are not activated.</param>
    /// <param name="Active">Pairs that are.</param>
    /// <param name="SetUps">Pairs activated so far.</param>
    /// <param name="Ended">Activated pairs that have ended.</param>
    /// <param name="Bytes">Relayed so far, by running pairs too.</param>
    /// <param name="Refusals">How often what was refused; names of <see cref="ProxyRefusals"/>, those that occurred.</param>
    /// <param name="Draining">The proxy shuts down.</param>
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
    /// From now on these limits, times, rates and rights count. Rates count for running pairs too; rights, and limits on numbers, only for what
    /// comes. Listeners stay as they are.
    /// </summary>
    /// <param name="Settings">Limits, times and rates.</param>
    /// <param name="Allowed">Who may use it; null = by the same rule as at the start.</param>
    public sealed record Reload(ProxySettings Settings, ProxyAccess? Allowed);

    /// <summary>No new pairs from now on, and none of those that wait; the sender gets <see cref="Drained"/> when the last active one has ended.</summary>
    public sealed record Drain;

    /// <summary>No pair is left.</summary>
    public sealed record Drained;
}
