namespace Akka.Actor;

/// <summary>The actor at a path, looked up at each Tell.</summary>
public class ActorSelection : ICanTell
{
    private readonly IInternalActorRef _root;
    private readonly string[] _names;

    internal ActorSelection(IInternalActorRef root, IEnumerable<string> names)
    {
        _root = root;
        _names = [.. names];
    }

    internal IActorRefProvider Provider => _root.Provider;

    public void Tell(object message, IActorRef sender = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        var at = _root;
        foreach (var name in _names)
            at = (at as LocalActorRef)?.GetSingleChild(name) ?? ActorRefs.Nobody;

        if (!at.IsNobody())
            at.Tell(message, sender);
        else if (message is Identify identify)
            sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
        else
            new EmptyLocalActorRef(Provider, _root.Path / _names, Provider.EventStream).Tell(message, sender);
    }

    /// <summary>Fails with <see cref="ActorNotFoundException"/> when nobody is there or nobody answers in time.</summary>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (AskTimeoutException e)
        {
            throw new ActorNotFoundException("Timeout", e);
        }
    }
}
