using System.IO.Enumeration;

namespace Akka.Actor;

public abstract class SelectionPathElement
{
}

public class SelectChildName(string name) : SelectionPathElement
{
    public string Name { get; } = name;

    public override string ToString() => Name;
}

/// <summary>A name with * and ? in it.</summary>
public class SelectChildPattern(string patternStr) : SelectionPathElement
{
    public string PatternStr { get; } = patternStr;

    public override string ToString() => PatternStr;
}

public class SelectParent : SelectionPathElement
{
    public static readonly SelectParent Instance = new();

    public override string ToString() => "..";
}

public class ActorSelectionMessage(object message, SelectionPathElement[] elements, bool wildCardFanOut = false)
    : IAutoReceivedMessage, IPossiblyHarmful, IWrappedMessage
{
    public object Message { get; } = message;

    public SelectionPathElement[] Elements { get; } = elements;

    public bool WildCardFanOut { get; } = wildCardFanOut;
}

/// <summary>Actors by path, looked up at each Tell.</summary>
public class ActorSelection : ICanTell
{
    public ActorSelection(IActorRef anchor, SelectionPathElement[] path)
    {
        Anchor = anchor;
        Path = path;
    }

    public ActorSelection(IActorRef anchor, string path)
        : this(anchor, path.Split('/'))
    {
    }

    public ActorSelection(IActorRef anchor, IEnumerable<string> elements)
        : this(anchor, elements.Where(e => e.Length > 0).Select(Parse).ToArray())
    {
    }

    public IActorRef Anchor { get; }

    public SelectionPathElement[] Path { get; }

    public string PathString => string.Join('/', (object[])Path);

    public void Tell(object message, IActorRef sender = null)
    {
        sender ??= ActorCell.GetCurrentSelfOrNoSender();
        Deliver((IInternalActorRef)Anchor, Path, message, sender);
    }

    public Task<IActorRef> ResolveOne(TimeSpan timeout) => ResolveOne(timeout, CancellationToken.None);

    /// <summary>Fails with <see cref="ActorNotFoundException"/> when nobody is there or nobody answers in time.</summary>
    public async Task<IActorRef> ResolveOne(TimeSpan timeout, CancellationToken ct)
    {
        try
        {
            var identity = await this.Ask<ActorIdentity>(new Identify(null), timeout, ct).ConfigureAwait(false);
            return identity.Subject ?? throw new ActorNotFoundException("subject was null");
        }
        catch (AskTimeoutException e)
        {
            throw new ActorNotFoundException("Timeout", e);
        }
    }

    public override bool Equals(object obj) => obj is ActorSelection other && Equals(Anchor, other.Anchor) && PathString == other.PathString;

    public override int GetHashCode() => HashCode.Combine(Anchor, PathString);

    public override string ToString() => $"ActorSelection[Anchor({Anchor.Path}), Path({PathString})]";

    internal static void Deliver(IInternalActorRef anchor, SelectionPathElement[] path, object message, IActorRef sender)
    {
        var found = new List<IInternalActorRef>();
        Collect(anchor, path, 0, found);
        foreach (var actor in found)
            actor.Tell(message, sender);
        if (found.Count > 0)
            return;

        if (message is Identify identify)
        {
            sender?.Tell(new ActorIdentity(identify.MessageId, null), ActorRefs.NoSender);
            return;
        }

        var provider = anchor.Provider;
        var missing = new EmptyLocalActorRef(provider, anchor.Path / path.Select(e => e.ToString()), provider.EventStream);
        missing.Tell(message, sender);
    }

    private static void Collect(IInternalActorRef at, SelectionPathElement[] path, int index, List<IInternalActorRef> found)
    {
        if (index == path.Length)
        {
            found.Add(at);
            return;
        }

        switch (path[index])
        {
            case SelectParent:
                if (!at.Parent.IsNobody())
                    Collect(at.Parent, path, index + 1, found);
                break;
            case SelectChildPattern pattern when at is LocalActorRef local:
                foreach (var child in local.Cell.GetChildren())
                {
                    if (FileSystemName.MatchesSimpleExpression(pattern.PatternStr, child.Path.Name, ignoreCase: false))
                        Collect(child, path, index + 1, found);
                }

                break;
            case SelectChildName name when at is LocalActorRef local:
                var named = local.GetSingleChild(name.Name);
                if (!named.IsNobody())
                    Collect(named, path, index + 1, found);
                break;
        }
    }

    private static SelectionPathElement Parse(string element) => element switch
    {
        ".." => SelectParent.Instance,
        _ when element.Contains('*', StringComparison.Ordinal) || element.Contains('?', StringComparison.Ordinal) => new SelectChildPattern(element),
        _ => new SelectChildName(element),
    };
}

public static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system)
    {
        var elements = actorPath.Elements.ToArray();
        if (actorPath.Uid != 0)
            elements[^1] += "#" + actorPath.Uid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new ActorSelection(((ExtendedActorSystem)system).LookupRoot, elements);
    }

    /// <summary>A path that starts with a slash or names the system is looked up from the root, any other from <paramref name="lookupRoot"/>.</summary>
    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        if (path.Contains("://", StringComparison.Ordinal))
            return ActorSelection(ActorPath.Parse(path), system);
        return path.StartsWith('/')
            ? new ActorSelection(((ExtendedActorSystem)system).LookupRoot, path)
            : new ActorSelection(lookupRoot, path);
    }

    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);
}
