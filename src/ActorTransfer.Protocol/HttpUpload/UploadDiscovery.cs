using System.Collections.Immutable;
using ActorTransfer.Protocol.Discovery;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.HttpUpload;

/// <summary>A request of the search for an upload service.</summary>
/// <param name="To">The addressee.</param>
/// <param name="IsForItems">disco#items; otherwise disco#info.</param>
internal sealed record UploadDiscoveryKey(Jid To, bool IsForItems)
{
    /// <summary>Child of the iq.</summary>
    public XmlElement Payload => IsForItems ? DiscoItems.Query() : DiscoInfo.Query();
}

/// <summary>
/// Searches the upload service of a server, as pure steps: the server itself and its items are asked for their features. The first response with the feature
/// ends the search, so that silent services do not delay it. Source: XEP-0363 §4.
/// </summary>
/// <param name="Open">Requests without a response so far.</param>
internal sealed record UploadDiscovery(ImmutableHashSet<UploadDiscoveryKey> Open)
{
    /// <summary>Maximum number of items that are queried.</summary>
    public const int MaxItems = 64;

    /// <summary>What was found; null = nothing, or not yet.</summary>
    public UploadService? Found { get; private init; }

    /// <summary>The link did not carry a request, or the server did not respond: there may be a service nevertheless.</summary>
    public NoAnswer? Loss { get; private init; }

    /// <summary>The search has ended.</summary>
    public bool IsOver => Found is not null || Open.IsEmpty;

    /// <summary>Starts a search.</summary>
    public static Step<UploadDiscovery, UploadDiscoveryKey> Begin(Jid server)
    {
        ImmutableArray<UploadDiscoveryKey> first = [new(server, IsForItems: true), new(server, IsForItems: false)];
        return new(new UploadDiscovery([.. first]), first);
    }

    /// <summary>Handles the response to one request.</summary>
    public Step<UploadDiscovery, UploadDiscoveryKey> Next(UploadDiscoveryKey request, Answer answer)
    {
        if (IsOver || !Open.Contains(request))
        {
            return Step<UploadDiscovery, UploadDiscoveryKey>.Ignore(this);
        }

        var rest = this with { Open = Open.Remove(request) };
        return answer switch
        {
            Answer.Result { Payload: { } items } when request.IsForItems => rest.Ask(DiscoItems.Read(items)),
            Answer.Result { Payload: { } info } => new(rest with { Found = UploadService.Read(request.To, info) }, []),
            Answer.None { Reason: var reason } when request.IsForItems || reason != NoAnswer.Timeout => new(rest with { Loss = reason }, []),
            _ => new(rest, []),
        };
    }

    private Step<UploadDiscovery, UploadDiscoveryKey> Ask(DiscoItems items)
    {
        ImmutableArray<UploadDiscoveryKey> infos =
        [
            .. items.Items.Where(item => item.Node is null).Select(item => new UploadDiscoveryKey(item.Jid, IsForItems: false))
                .Distinct().Where(key => !Open.Contains(key)).Take(MaxItems),
        ];
        return new(this with { Open = Open.Union(infos) }, infos);
    }
}
