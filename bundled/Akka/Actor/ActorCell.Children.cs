namespace Akka.Actor;

/// <summary>The children. Guarded by a lock: top-level actors are made, and selections resolved, from any thread.</summary>
public sealed partial class ActorCell
{
    private static readonly object NoReason = new();

    private Dictionary<string, ChildStats> _children;
    private int _dyingChildren;
    private int _unnamedChildren;
    private object _awaited; // why the actor waits for children to end: a Recreation, Creation or Termination
    private bool _terminated;

    internal bool IsTerminating => ReferenceEquals(_awaited, Termination.Instance) || _terminated;

    public IActorRef ActorOf(Props props, string name = null)
    {
        if (name is not null)
            CheckName(name);
        LocalActorRef child;
        lock (ChildrenGate)
        {
            if (IsTerminating)
                throw new InvalidOperationException("Cannot create child while terminating or terminated");
            _children ??= [];
            name ??= NextName();
            if (_children.ContainsKey(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            var path = new ChildActorPath(_self.Path, name, Random.Shared.Next(1, int.MaxValue));
            child = new LocalActorRef(SystemImpl, props, SystemImpl.DispatcherOf(props), _self, path);
            _children.Add(name, new ChildStats(child));
        }

        child.Start();
        return child;
    }

    IEnumerable<IActorRef> IActorContext.GetChildren() => GetChildren();

    public IReadOnlyList<IInternalActorRef> GetChildren()
    {
        lock (ChildrenGate)
            return _children is { Count: > 0 } ? _children.Values.Select(c => (IInternalActorRef)c.Child).ToArray() : [];
    }

    public IInternalActorRef GetSingleChild(string name)
    {
        var hash = name.IndexOf('#', StringComparison.Ordinal);
        var plain = hash < 0 ? name : name[..hash];
        lock (ChildrenGate)
        {
            if (_children is null || !_children.TryGetValue(plain, out var stats))
                return ActorRefs.Nobody;
            var found = hash < 0 || name.AsSpan(hash + 1).SequenceEqual(stats.Child.Path.Uid.ToString(global::System.Globalization.CultureInfo.InvariantCulture));
            return found ? stats.Child : ActorRefs.Nobody;
        }
    }

    public void Stop(IActorRef child)
    {
        lock (ChildrenGate)
        {
            if (StatsOf(child) is { Dying: false } stats)
            {
                stats.Dying = true;
                _dyingChildren++;
            }
        }

        ((IInternalActorRef)child).Stop();
    }

    private object ChildrenGate => this;

    private static void CheckName(string name)
    {
        if (name.Length == 0)
            throw new InvalidActorNameException("Actor name must not be empty.");
        if (!ActorPath.IsValidPathElement(name))
        {
            throw new InvalidActorNameException(
                $"Illegal actor name [{name}]. Actor paths MUST: not start with `$`, include only ASCII letters and only these special "
                + $"characters: ${ActorPath.ValidSymbols}.");
        }
    }

    private string NextName()
    {
        const string digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";
        Span<char> text = stackalloc char[8];
        text[0] = '$';
        var length = 1;
        var number = (uint)_unnamedChildren++;
        do
        {
            text[length++] = digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return text[..length].ToString();
    }

    private ChildStats StatsOf(IActorRef child) =>
        _children is not null && _children.TryGetValue(child.Path.Name, out var stats) && ReferenceEquals(stats.Child, child) ? stats : null;

    /// <summary>Costs nothing unless looked at: a parent of many thousands hears of each one's end.</summary>
    private IEnumerable<IInternalActorRef> ChildrenOnDemand()
    {
        foreach (var child in GetChildren())
            yield return child;
    }

    internal IReadOnlyList<ChildStats> ChildrenStats()
    {
        lock (ChildrenGate)
            return _children is { Count: > 0 } ? _children.Values.ToArray() : [];
    }

    /// <summary>Notes what is to be done when the dying children are gone; false when none are, so that it can be done at once.</summary>
    private bool AwaitDyingChildren(object reason)
    {
        lock (ChildrenGate)
        {
            if (_dyingChildren == 0)
            {
                if (ReferenceEquals(reason, Termination.Instance))
                    _terminated = true; // no child may be born from here on
                return false;
            }

            _awaited = reason;
            return true;
        }
    }

    private void HandleChildTerminated(IActorRef child)
    {
        object due = null;
        lock (ChildrenGate)
        {
            var stats = StatsOf(child);
            if (stats is null)
                return;
            _children.Remove(child.Path.Name);
            if (stats.Dying && --_dyingChildren == 0)
                (due, _awaited) = (_awaited, ReferenceEquals(_awaited, Termination.Instance) ? _awaited : null);
        }

        try
        {
            if (_actor is not null)
                Strategy.HandleChildTerminated(this, child, ChildrenOnDemand());
        }
        catch (Exception e)
        {
            PublishError(e, "HandleChildTerminated failed");
            HandleInvokeFailure(e, null);
        }

        switch (due)
        {
            case Recreation recreation:
                FinishRecreate(recreation.Cause);
                break;
            case Creation:
                FinishCreate();
                break;
            case Termination:
                FinishTerminate();
                break;
        }
    }

    private void SuspendChildren(IActorRef except)
    {
        foreach (var stats in ChildrenStats())
        {
            if (!ReferenceEquals(stats.Child, except))
                stats.Child.Suspend();
        }
    }

    private sealed record Recreation(Exception Cause);

    private sealed class Creation
    {
        public static readonly Creation Instance = new();
    }

    private sealed class Termination
    {
        public static readonly Termination Instance = new();
    }
}

/// <summary>What a parent remembers of a child: whether it is being stopped, and how often it was restarted.</summary>
internal sealed class ChildStats(LocalActorRef child)
{
    private int _restarts;
    private long _windowStart;

    public LocalActorRef Child { get; } = child;

    public bool Dying { get; set; }

    /// <summary>
    /// Counts a restart and says whether it is allowed. Negative numbers mean no limit; with a time but no number one restart per time is allowed.
    /// </summary>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        if (withinTimeMilliseconds <= 0)
            return maxNrOfRetries < 0 || ++_restarts <= maxNrOfRetries;

        var now = Environment.TickCount64;
        if (_windowStart == 0 || now - _windowStart > withinTimeMilliseconds)
        {
            _windowStart = now;
            _restarts = 0;
        }

        return ++_restarts <= Math.Max(maxNrOfRetries, 1);
    }
}
