using ActorTransfer.Protocol.Xml;

namespace ActorTransfer.Protocol.Contacts;

/// <summary>
/// The resources of contacts that are online, from the presence stanzas of one session. Anyone may send presence, so their number is bounded: in all,
/// and for each account.
/// </summary>
/// <param name="most">Maximum number of resources.</param>
internal sealed class OnlineResources(int most)
{
    /// <summary>Resources of one account; people have a few.</summary>
    private const int MostPerAccount = 32;

    private readonly Dictionary<Jid, List<OnlineResource>> _accounts = [];
    private int _count;

    /// <summary>The online resources of an account, the one whose presence changed last at the end.</summary>
    public IReadOnlyList<OnlineResource> Of(Jid account) => _accounts.GetValueOrDefault(account) ?? (IReadOnlyList<OnlineResource>)[];

    /// <summary>All online resources; those of an account in the order of <see cref="Of"/>.</summary>
    public IEnumerable<OnlineResource> All => _accounts.Values.SelectMany(resources => resources);

    /// <summary>Applies a presence. Value: the resource that came online or changed; null = none.</summary>
    public OnlineResource? Apply(XmlElement presence)
    {
        if (OnlineResource.ReadOffline(presence) is { } offline)
        {
            Remove(offline);
            return null;
        }

        return OnlineResource.Read(presence) is { } resource && TryAdd(resource) ? resource : null;
    }

    public void Clear()
    {
        _accounts.Clear();
        _count = 0;
    }

    private bool TryAdd(OnlineResource resource)
    {
        Remove(resource.Jid);
        var account = resource.Jid.Bare;
        if (_count >= most || Of(account).Count >= MostPerAccount)
        {
            return false;
        }

        if (!_accounts.TryGetValue(account, out var resources))
        {
            _accounts.Add(account, resources = []);
        }

        resources.Add(resource);
        _count++;
        return true;
    }

    private void Remove(Jid offline)
    {
        if (!_accounts.TryGetValue(offline.Bare, out var resources))
        {
            return;
        }

        _count -= resources.RemoveAll(resource => !offline.IsFull || resource.Jid == offline);
        if (resources.Count == 0)
        {
            _accounts.Remove(offline.Bare);
        }
    }
}
