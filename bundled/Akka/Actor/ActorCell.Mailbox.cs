using System.Runtime.CompilerServices;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// The mailbox. User messages form a linked list with many producers and one consumer (a producer swaps itself in as the tail, then
/// links its predecessor to itself); system messages form a stack that the consumer takes whole and turns round. A cell with work is in the
/// thread pool's queue at most once, guarded by the Scheduled bit.
/// </summary>
public sealed partial class ActorCell
{
    private const int Scheduled = 1;
    private const int Closed = 2;

    private static readonly SystemMessage SystemQueueClosed = new Create();

    private int _status;
    private int _suspended;
    private Node _head;
    private Node _tail;
    private Node _unstashed;
    private SystemMessage _systemQueue;
    private List<SystemMessage> _stashedSystemMessages;

    public bool IsTerminated => (Volatile.Read(ref _status) & Closed) != 0;

    public bool HasMessages => _unstashed is not null || !ReferenceEquals(Volatile.Read(ref _tail), _head);

    public void Start() => SendSystemMessage(new Create());

    public void SendMessage(IActorRef sender, object message)
    {
        if ((Volatile.Read(ref _status) & Closed) != 0)
        {
            ToDeadLetters(message, sender);
            return;
        }

        var node = new Node { Message = message, Sender = sender };
        var previous = Interlocked.Exchange(ref _tail, node);
        Volatile.Write(ref previous.Next, node);
        // The exchange is a full fence: whoever cleared Scheduled before this read sees the message when it looks again.
        var status = Volatile.Read(ref _status);
        if ((status & Scheduled) == 0)
            TrySchedule();
        if ((status & Closed) != 0)
            DrainToDeadLetters();
    }

    public void SendSystemMessage(SystemMessage message)
    {
        while (true)
        {
            var top = Volatile.Read(ref _systemQueue);
            if (ReferenceEquals(top, SystemQueueClosed))
            {
                message.Next = null;
                SystemMessageToTheDead(message);
                return;
            }

            message.Next = top;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _systemQueue, message, top), top))
                break;
        }

        TrySchedule();
    }

    void IThreadPoolWorkItem.Execute()
    {
        var outer = _current;
        _current = this;
        bool idle;
        try
        {
            RunSystemMessages();
            var left = Dispatcher.Throughput;
            while (left-- > 0 && _suspended == 0 && !_terminated && TryDequeue(out var message, out var sender))
            {
                Invoke(message, sender);
                if (Volatile.Read(ref _systemQueue) is not null)
                    RunSystemMessages();
            }
        }
        finally
        {
            _current = outer;
            idle = GoIdle();
        }

        if (!idle)
            Dispatcher.Execute(this);
    }

    internal void ResumeMailbox()
    {
        if (_suspended > 0)
            _suspended--;
    }

    /// <summary>Puts messages before all others, in the given order.</summary>
    internal void Prepend(IReadOnlyList<Envelope> envelopes)
    {
        for (var i = envelopes.Count - 1; i >= 0; i--)
            _unstashed = new Node { Message = envelopes[i].Message, Sender = envelopes[i].Sender, Next = _unstashed };
    }

    /// <summary>True when the cell has left the pool's queue; false when it keeps the Scheduled bit because work is left.</summary>
    private bool GoIdle()
    {
        if (_terminated)
            return true; // stays Scheduled for ever: nobody runs a dead cell again
        var mayTakeMessages = _suspended == 0;
        if (HasWork(mayTakeMessages))
            return false;
        Interlocked.And(ref _status, ~Scheduled);
        if (HasWork(mayTakeMessages))
            TrySchedule();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasWork(bool mayTakeMessages) => Volatile.Read(ref _systemQueue) is not null || (mayTakeMessages && HasMessages);

    private void TrySchedule()
    {
        var status = Volatile.Read(ref _status);
        if (status == 0 && Interlocked.CompareExchange(ref _status, Scheduled, 0) == 0)
            Dispatcher.Execute(this);
    }

    private bool TryDequeue(out object message, out IActorRef sender)
    {
        var node = _unstashed;
        if (node is not null)
        {
            _unstashed = node.Next;
            (message, sender) = (node.Message, node.Sender);
            return true;
        }

        var head = _head;
        var next = Volatile.Read(ref head.Next);
        if (next is null)
        {
            if (ReferenceEquals(Volatile.Read(ref _tail), head))
            {
                (message, sender) = (null, null);
                return false;
            }

            next = AwaitLink(head);
        }

        _head = next;
        // A dead node that points on would drag the living ones into older generations.
        head.Next = null;
        (message, sender) = (next.Message, next.Sender);
        next.Message = null;
        next.Sender = null;
        return true;
    }

    /// <summary>A producer has swapped the tail and is about to link it.</summary>
    private static Node AwaitLink(Node head)
    {
        var spin = new SpinWait();
        Node next;
        while ((next = Volatile.Read(ref head.Next)) is null)
            spin.SpinOnce(sleep1Threshold: -1);
        return next;
    }

    private void RunSystemMessages()
    {
        var queue = TakeSystemMessages();
        while (queue.Count > 0)
        {
            for (var i = 0; i < queue.Count; i++)
            {
                if (_terminated)
                {
                    SystemMessageToTheDead(queue[i]);
                    continue;
                }

                var state = StashState();
                if (ShouldStash(queue[i], state))
                {
                    (_stashedSystemMessages ??= []).Add(queue[i]);
                    continue;
                }

                InvokeSystem(queue[i]);
                if (StashState() < state && _stashedSystemMessages is { Count: > 0 } stashed)
                {
                    _stashedSystemMessages = null;
                    queue.InsertRange(i + 1, stashed);
                }
            }

            if (_terminated && _stashedSystemMessages is { } rest)
            {
                _stashedSystemMessages = null;
                rest.ForEach(SystemMessageToTheDead);
            }

            queue = TakeSystemMessages();
        }
    }

    private List<SystemMessage> TakeSystemMessages()
    {
        if (_terminated || Volatile.Read(ref _systemQueue) is null)
            return NoSystemMessages;
        var messages = new List<SystemMessage>(1);
        for (var message = Interlocked.Exchange(ref _systemQueue, null); message is not null;)
        {
            messages.Add(message);
            var next = message.Next;
            message.Next = null;
            message = next;
        }

        messages.Reverse();
        return messages;
    }

    private static readonly List<SystemMessage> NoSystemMessages = [];

    private int StashState() => _awaited is not null ? 2 : _suspended > 0 ? 1 : 0;

    private static bool ShouldStash(SystemMessage message, int state) =>
        state switch { 2 => message is IStashWhenWaitingForChildren, 1 => message is IStashWhenFailed, _ => false };

    /// <summary>The last thing a cell does: whatever is or will be in its queues goes to the dead letters.</summary>
    private void CloseMailbox()
    {
        _terminated = true;
        Interlocked.Or(ref _status, Closed);
        var left = new List<SystemMessage>();
        for (var message = Interlocked.Exchange(ref _systemQueue, SystemQueueClosed); message is not null;)
        {
            left.Add(message);
            var next = message.Next;
            message.Next = null;
            message = next;
        }

        for (var i = left.Count - 1; i >= 0; i--)
            SystemMessageToTheDead(left[i]);
        DrainToDeadLetters();
    }

    private void DrainToDeadLetters()
    {
        while (true)
        {
            object message;
            IActorRef sender;
            lock (_self)
            {
                if (!TryDequeue(out message, out sender))
                    return;
            }

            ToDeadLetters(message, sender);
        }
    }

    private void ToDeadLetters(object message, IActorRef sender) =>
        SystemImpl.DeadLetters.Tell(new DeadLetter(message, sender ?? SystemImpl.DeadLetters, _self), sender);

    private void SystemMessageToTheDead(SystemMessage message)
    {
        switch (message)
        {
            case Watch watch:
                if (ReferenceEquals(watch.Watchee, _self) && !ReferenceEquals(watch.Watcher, _self))
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(_self, false, false));
                break;
            case Failed:
                ToDeadLetters(message, _self);
                break;
            default:
                break; // Unwatch, Terminate, Suspend and the like mean nothing to the dead
        }
    }

    private sealed class Node
    {
        public object Message;
        public IActorRef Sender;
        public Node Next;
    }
}
