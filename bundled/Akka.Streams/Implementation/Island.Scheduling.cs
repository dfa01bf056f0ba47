using Akka.Actor;

namespace Akka.Streams.Implementation;

internal sealed partial class Island
{
    /// <summary>How many events a stream may process before others get the thread.</summary>
    private const int BatchSize = 512;

    private AsyncInput _inbox;
    private AsyncInput _pending;

    /// <summary>1 while a wake-up is on its way to the actor, as it is from the start: its first act is to run.</summary>
    private int _awake = 1;

    private IActorRef _self;
    private bool _ended;

    /// <summary>The actor's context, for stages that need actors of their own. Only to be used by the island's stages.</summary>
    public IActorContext Context { get; private set; }

    /// <summary>Hands an input to the island. Any thread. Once the island has ended the input vanishes.</summary>
    public void Post(AsyncInput input)
    {
        var first = Volatile.Read(ref _inbox);
        while (true)
        {
            if (first == AsyncInput.Closed)
                return;

            input.Next = first;
            var seen = Interlocked.CompareExchange(ref _inbox, input, first);
            if (seen == first)
                break;

            first = seen;
        }

        Wake();
    }

    public void Attach(IActorContext context)
    {
        Context = context;
        _self = context.Self;
        Init();
        Run();
    }

    /// <summary>Runs what there is to run, and then either sleeps, or asks to be called again, or stops its actor.</summary>
    public void Run()
    {
        Interlocked.Exchange(ref _awake, 0);
        Collect();
        var budget = BatchSize;
        while (_pending is { } input && budget > 0)
        {
            _pending = input.Next;
            input.Next = null;
            RunAsync(input);
            budget = Execute(budget - 1);
        }

        Execute(budget);
        if (IsCompleted)
            Context.Stop(_self);
        else if (IsSuspended || _pending is not null)
            Wake();
    }

    /// <summary>The actor is gone, because the stream has ended or before it did.</summary>
    public void End()
    {
        if (_ended)
            return;

        _ended = true;

        // An end that is on its way already may still arrive.
        Execute(BatchSize);
        Abort();
        Volatile.Write(ref _inbox, AsyncInput.Closed);
        _pending = null;
    }

    /// <summary>Ends a stream whose actor never came to be: its stages start, and stop at once.</summary>
    public void EndUnstarted()
    {
        Init();
        End();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
            _self.Tell(IslandActor.WakeUp.Instance, ActorRefs.NoSender);
    }

    /// <summary>Moves the inbox, newest first, behind what is pending, oldest first.</summary>
    private void Collect()
    {
        var newest = Interlocked.Exchange(ref _inbox, null);
        AsyncInput oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }

        if (_pending is null)
        {
            _pending = oldest;
            return;
        }

        var last = _pending;
        while (last.Next is not null)
            last = last.Next;

        last.Next = oldest;
    }
}
