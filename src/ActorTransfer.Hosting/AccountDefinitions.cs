using ActorTransfer.Actors;

namespace ActorTransfer;

/// <summary>Defines the accounts that applications describe.</summary>
internal static class AccountDefinitions
{
    /// <summary>Named after its domain.</summary>
    /// <exception cref="ArgumentException">Its JID is not a domain.</exception>
    public static AccountDefinition Of(ComponentAccount component)
    {
        ArgumentNullException.ThrowIfNull(component);
        return component.Jid.IsDomain
            ? new AccountDefinition(component.Jid.Domain, new LinkDefinition.Component(component), component.ProxiesFrom ?? Parent(component.Jid))
            : throw new ArgumentException(
                $"{component.Jid} is not a domain, as the JID of a component must be (example: files.example.org).", nameof(component));
    }

    /// <summary>Named after its bare JID.</summary>
    /// <exception cref="ArgumentException">Its JID is a domain.</exception>
    public static AccountDefinition Of(ClientAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Jid.Local is not null
            ? new AccountDefinition(account.Jid.Bare.ToString(), new LinkDefinition.Client(account), account.ProxiesFrom ?? Jid.Parse(account.Jid.Domain))
            : throw new ArgumentException($"{account.Jid} is a domain, not an account (example: files@example.org).", nameof(account));
    }

    /// <summary>Named after the link's domain, or the bare JID of its user.</summary>
    /// <param name="link">The link.</param>
    /// <param name="server">Entity whose disco items are searched for proxies; null = the domain of the user, or the one above the component's.</param>
    public static AccountDefinition Of(InProcessLink link, Jid? server)
    {
        ArgumentNullException.ThrowIfNull(link);
        var (address, domain) = (link.Address, Jid.Parse(link.Address.Domain));
        return new AccountDefinition(
            address.Bare.ToString(), new LinkDefinition.Application(link), server ?? (address.IsFull ? domain : Parent(domain)));
    }

    private static Jid Parent(Jid component)
    {
        var dot = component.Domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? component : Jid.Parse(component.Domain[(dot + 1)..]);
    }
}
