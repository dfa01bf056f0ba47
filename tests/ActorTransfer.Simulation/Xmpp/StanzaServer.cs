using ActorTransfer.Protocol.Stanzas;

namespace ActorTransfer.Simulation.Xmpp;

/// <summary>A tiny server: routes iqs between two client links and a component, and does to them what the plan says.</summary>
internal sealed class StanzaServer(World world)
{
    private readonly Dictionary<Jid, Action<Iq>> _entities = [];
    private readonly Dictionary<Jid, TimeSpan> _lastArrivals = [];

    public void Add(Jid jid, Action<Iq> deliver) => _entities[jid] = deliver;

    /// <summary>The number of the event from which an entity is silent.</summary>
    public bool IsSilent(Jid jid)
    {
        var since = jid == World.Ada ? world.Plan.InitiatorSilent : jid == World.Bo ? world.Plan.TargetSilent : world.Plan.ProxySilent;
        if (since is not { } number || world.Clock.Happened < number)
        {
            return false;
        }

        world.HasFaulted = true;
        return true;
    }

    public void Route(Iq iq)
    {
        if (IsSilent(iq.From!) || IsSilent(iq.To!))
        {
            world.History?.Stanza(World.Name(iq.From!), World.Name(iq.To!), iq, "swallowed: a silent peer");
        }
        else if (world.Random.Chance(world.Plan.StanzaLoss))
        {
            world.HasFaulted = true;
            world.History?.Stanza(World.Name(iq.From!), World.Name(iq.To!), iq, "lost");
        }
        else
        {
            Carry(iq, null);
            if (world.Random.Chance(world.Plan.Duplicate))
            {
                Carry(iq, "again");
            }
        }
    }

    /// <summary>A request that cannot be delivered gets an error (RFC 6120 §8.1.1.1).</summary>
    public void Bounce(Iq iq)
    {
        if (iq.IsRequest)
        {
            Route(iq.Fail(new StanzaError(ErrorType.Cancel, ErrorConditions.ServiceUnavailable)));
        }
    }

    private void Carry(Iq iq, string? fate)
    {
        world.History?.Stanza(World.Name(iq.From!), World.Name(iq.To!), iq, fate);
        var at = world.Clock.Now + world.Delay();
        if (world.Random.Chance(world.Plan.Reorder))
        {
            world.HasFaulted = true;
        }
        else
        {
            var last = _lastArrivals.GetValueOrDefault(iq.To!);
            at = at > last ? at : last;
            _lastArrivals[iq.To!] = at;
        }

        world.Clock.At(at, () => _entities[iq.To!](iq));
    }
}
