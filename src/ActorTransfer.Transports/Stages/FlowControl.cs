using System.Collections.Immutable;
using ActorTransfer.Transports.Sockets;

namespace ActorTransfer.Transports.Stages;

/// <summary>
/// Pauses a byte stream and limits its rate from outside, also before it starts; see <see cref="ControlledFlow"/>. Its owner is the only one that changes it;
/// streams that follow each other may share it.
/// </summary>
internal sealed class FlowControl
{
    private FlowTerms _terms = FlowTerms.Free;
    private Action? _changed;

    /// <summary>What holds now.</summary>
    public FlowTerms Terms => Volatile.Read(ref _terms);

    /// <summary>Stops or continues the stream.</summary>
    public void Pause(bool isPaused) => Change(Terms.IsPaused == isPaused ? Terms : new FlowTerms(isPaused, Terms.Buckets));

    /// <summary>Each byte is charged to each of these.</summary>
    public void Limit(ImmutableArray<TokenBucket> buckets) => Change(new FlowTerms(Terms.IsPaused, buckets));

    /// <summary>Called on any thread after each change. The stream that started last is the one that is called.</summary>
    public void Watch(Action changed) => Interlocked.Exchange(ref _changed, changed);

    /// <summary>Either this sees the new watcher, or the watcher, which reads the terms afterwards, sees the new terms.</summary>
    private void Change(FlowTerms terms)
    {
        Interlocked.Exchange(ref _terms, terms);
        Volatile.Read(ref _changed)?.Invoke();
    }
}

/// <summary>What holds for a byte stream.</summary>
/// <param name="isPaused">It requests no bytes.</param>
/// <param name="buckets">Its rate limits.</param>
internal sealed class FlowTerms(bool isPaused, ImmutableArray<TokenBucket> buckets)
{
    /// <summary>As fast as it can.</summary>
    public static FlowTerms Free { get; } = new(isPaused: false, []);

    public bool IsPaused => isPaused;

    public ImmutableArray<TokenBucket> Buckets => buckets;
}
