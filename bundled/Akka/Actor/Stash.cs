namespace Akka.Actor;

/// <summary>Messages an actor has put aside for later.</summary>
public interface IStash
{
    /// <summary>Puts the current message aside.</summary>
    void Stash();

    void UnstashAll();
}

public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithStash : IActorStash
{
}

internal sealed class StashImpl(ActorCell cell) : IStash
{
    private readonly LinkedList<Envelope> _stashed = [];
    private int _lastStashed;

    public void Stash()
    {
        var message = cell.CurrentMessage;
        if (_lastStashed == cell.CurrentDelivery)
            throw new IllegalActorStateException($"Can't stash the same message {message} more than once");
        _lastStashed = cell.CurrentDelivery;
        _stashed.AddLast(new Envelope(message, cell.CurrentSender));
    }

    public void UnstashAll() => cell.Prepend([.. ClearStash()]);

    public IEnumerable<Envelope> ClearStash()
    {
        Envelope[] all = [.. _stashed];
        _stashed.Clear();
        return all;
    }
}
