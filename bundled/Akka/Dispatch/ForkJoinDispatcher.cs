using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>Runs its actors on threads of their own, first come first served. A thread that has nothing to do for a while ends; another is made when needed.</summary>
internal sealed class ForkJoinDispatcher(string id, int throughput, int threads) : MessageDispatcher(id, throughput)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly Queue<IThreadPoolWorkItem> _work = new();
    private int _running;
    private int _idle;

    internal override void Execute(ActorCell cell)
    {
        var more = false;
        lock (_gate)
        {
            _work.Enqueue(cell);
            if (_idle > 0)
            {
                Monitor.Pulse(_gate);
            }
            else if (_running < threads)
            {
                _running++;
                more = true;
            }
        }

        if (more)
            new Thread(Run) { IsBackground = true, Name = Id }.Start();
    }

    private void Run()
    {
        while (Take() is { } work)
            work.Execute();
    }

    private IThreadPoolWorkItem Take()
    {
        lock (_gate)
        {
            while (_work.Count == 0)
            {
                _idle++;
                var told = Monitor.Wait(_gate, s_patience);
                _idle--;
                if (!told && _work.Count == 0)
                {
                    _running--;
                    return null;
                }
            }

            return _work.Dequeue();
        }
    }
}
