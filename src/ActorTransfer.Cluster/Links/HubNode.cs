using ActorTransfer.Cluster.Messages;
using Akka.Actor;

namespace ActorTransfer.Cluster.Links;

/// <summary>A node as its hub knows it.</summary>
/// <param name="id">Its id.</param>
/// <param name="link">Its link.</param>
internal sealed class HubNode(int id, IActorRef link)
{
    public int Id { get; } = id;

    public IActorRef Link { get; } = link;

    /// <summary>Its last report; null = it is not ready.</summary>
    public LinkMessage.Load? Load { get; private set; }

    /// <summary>Offers given to it since its last report.</summary>
    public int Assigned { get; private set; }

    /// <summary>Number of the last offer that was given to it.</summary>
    public long LastAssigned { get; private set; }

    /// <summary>Stanzas sent to it that it has not handled yet.</summary>
    public int Undelivered { get; set; }

    /// <summary>Requests of peers that it has not responded to.</summary>
    public OpenRequests Requests { get; } = new();

    /// <summary>Stanzas of it that the connection has taken and that it does not know of yet.</summary>
    public int Written { get; set; }

    /// <summary>Transfers that it has, as far as is known.</summary>
    public int Active => (Load?.Active ?? 0) + Assigned;

    /// <param name="number">Number of an offer, larger than that of all earlier ones.</param>
    public void Assign(long number)
    {
        Assigned++;
        LastAssigned = number;
    }

    public void Report(LinkMessage.Load load)
    {
        Load = load;
        Assigned = 0;
    }
}
