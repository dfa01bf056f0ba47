using System.Collections.Concurrent;
using System.Reflection;
using ActorTransfer.Actors.Connections;
using Akka.Actor;

namespace ActorTransfer.Scenarios.Faults;

/// <summary>Loses or repeats one of the stanzas that users of the in-process domain send to each other, as servers on the way may.</summary>
internal sealed class FaultyStanzas
{
    private FaultRun _of = FaultRun.Of(0);
    private int _count;

    /// <param name="system">Runs the actors in between.</param>
    /// <param name="domain">Its users are connected.</param>
    /// <param name="users">Their addresses.</param>
    public FaultyStanzas(ActorSystem system, LocalDomain domain, params Jid[] users)
    {
        var field = typeof(LocalDomain).GetField("_links", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var links = (ConcurrentDictionary<Jid, IActorRef>)field.GetValue(domain)!;
        foreach (var user in users)
        {
            var (link, faults) = (links[user], this);
            links[user] = system.ActorOf(Props.Create(() => new Between(link, faults)));
        }
    }

    /// <summary>A run begins.</summary>
    public void Begin(FaultRun run)
    {
        _of = run;
        Volatile.Write(ref _count, 0);
    }

    /// <summary>How often the next stanza arrives.</summary>
    private int Copies()
    {
        var number = Interlocked.Increment(ref _count);
        return number == _of.LostStanza ? 0 : number == _of.RepeatedStanza ? 2 : 1;
    }

    private sealed class Between : ReceiveActor
    {
        public Between(IActorRef link, FaultyStanzas faults)
        {
            Receive<StanzaLink.Received>(received => received.Stanza.From?.Local is not null, received =>
            {
                for (var copies = faults.Copies(); copies > 0; copies--)
                {
                    link.Tell(received);
                }
            });
            ReceiveAny(link.Forward);
        }
    }
}
