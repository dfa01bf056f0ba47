using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>One side of a hand-over between islands, a stage without a blueprint.</summary>
internal abstract class GraphStageLogicHalf(int inCount, int outCount) : GraphStageLogic(inCount, outCount)
{
    public Outlet Outlet { get; protected init; }
}

/// <summary>Takes elements from one island to another, as many at a time as the receiver has room for.</summary>
internal static class AsyncBoundary<T>
{
    private const int Capacity = 16;

    public static (GraphStageLogicHalf Sender, GraphStageLogicHalf Receiver) Create()
    {
        var receiver = new Receiver();
        var sender = new Sender(receiver);
        receiver.Connect(sender);
        return (sender, receiver);
    }

    private sealed class Sender : GraphStageLogicHalf, IInHandler
    {
        private readonly Inlet<T> _in = new("AsyncBoundary.in") { Id = 0 };
        private readonly Receiver _receiver;
        private int _credit;
        private bool _ended;

        public Sender(Receiver receiver)
            : base(1, 0)
        {
            _receiver = receiver;
            Request = GetAsyncCallback<int>(OnRequest);
            CancelFromBelow = GetAsyncCallback<Exception>(OnCancel);
            SetHandler(_in, this);
        }

        public Action<int> Request { get; }

        public Action<Exception> CancelFromBelow { get; }

        public void OnPush()
        {
            _receiver.Next(Grab(_in));
            if (--_credit > 0)
                Pull(_in);
        }

        public void OnUpstreamFinish()
        {
            _ended = true;
            _receiver.End(null);
        }

        public void OnUpstreamFailure(Exception e)
        {
            _ended = true;
            _receiver.End(e);
        }

        public override void PostStop()
        {
            if (!_ended)
                _receiver.End(new AbruptStageTerminationException(this));
        }

        private void OnRequest(int count)
        {
            _credit += count;
            if (!HasBeenPulled(_in))
                TryPull(_in);
        }

        private void OnCancel(Exception cause)
        {
            _ended = true;
            Cancel(_in, cause);
        }
    }

    private sealed class Receiver : GraphStageLogicHalf, IOutHandler
    {
        private readonly Outlet<T> _out = new("AsyncBoundary.out") { Id = 0 };
        private readonly Queue<T> _buffer = new();
        private Sender _sender;
        private int _taken;
        private bool _ended;

        public Receiver()
            : base(0, 1)
        {
            Outlet = _out;
            Next = GetAsyncCallback<T>(OnNext);
            End = GetAsyncCallback<Exception>(OnEnd);
            SetHandler(_out, this);
        }

        public Action<T> Next { get; }

        public Action<Exception> End { get; }

        public void Connect(Sender sender) => _sender = sender;

        public override void PreStart() => _sender.Request(Capacity);

        public void OnPull()
        {
            if (_buffer.Count > 0)
                PushOne(_buffer.Dequeue());
        }

        public void OnDownstreamFinish(Exception cause)
        {
            _ended = true;
            _sender.CancelFromBelow(cause);
        }

        public override void PostStop()
        {
            if (!_ended)
                _sender.CancelFromBelow(new AbruptStageTerminationException(this));
        }

        private void OnNext(T element)
        {
            if (IsAvailable(_out))
                PushOne(element);
            else
                _buffer.Enqueue(element);
        }

        private void OnEnd(Exception failure)
        {
            _ended = true;
            if (failure is not null)
                Fail(_out, failure);
            else if (_buffer.Count == 0)
                Complete(_out);
        }

        private void PushOne(T element)
        {
            Push(_out, element);
            if (_ended)
            {
                if (_buffer.Count == 0)
                    Complete(_out);
            }
            else if (++_taken == Capacity / 2)
            {
                _sender.Request(_taken);
                _taken = 0;
            }
        }
    }
}
