using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Elements that are offered from outside. What does not fit is dropped.</summary>
internal sealed class QueueSource<T>(int capacity)
    : GraphStageWithMaterializedValue<SourceShape<T>, ISourceQueueWithComplete<T>>
{
    private static readonly SourceShape<T> s_shape = new(new Outlet<T>("Queue.out"));

    public override SourceShape<T> Shape => s_shape;

    public override ILogicAndMaterializedValue<ISourceQueueWithComplete<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(capacity);
        return new LogicAndMaterializedValue<ISourceQueueWithComplete<T>>(logic, logic);
    }

    private sealed class Offer(T element) : TaskCompletionSource<IQueueOfferResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public T Element => element;
    }

    private sealed class Logic : OutGraphStageLogic, ISourceQueueWithComplete<T>
    {
        private readonly Outlet<T> _out = s_shape.Outlet;
        private readonly int _capacity;
        private readonly Queue<T> _buffer = new();
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Action<Offer> _offer;
        private readonly Action _complete;
        private readonly Action<Exception> _fail;

        /// <summary>Guards what is offered against the end of the stage: each offer is answered, whichever comes first.</summary>
        private readonly HashSet<Offer> _underWay = [];

        private bool _stopped;
        private bool _completing;

        public Logic(int capacity)
            : base(s_shape)
        {
            _capacity = capacity;
            _offer = GetAsyncCallback<Offer>(OnOffer);
            _complete = GetAsyncCallback(OnComplete);
            _fail = GetAsyncCallback<Exception>(OnFail);
            SetHandler(_out, this);
        }

        public Task<IQueueOfferResult> OfferAsync(T element)
        {
            var offer = new Offer(element);
            lock (_underWay)
            {
                if (_stopped)
                {
                    offer.SetException(new StreamDetachedException());
                    return offer.Task;
                }

                _underWay.Add(offer);
            }

            _offer(offer);
            return offer.Task;
        }

        public Task WatchCompletionAsync() => _completion.Task;

        public void Complete() => _complete();

        public void Fail(Exception ex) => _fail(ex);

        public override void OnPull()
        {
            if (_buffer.TryDequeue(out var element))
                Push(_out, element);
            if (_completing && _buffer.Count == 0)
                Finish();
        }

        public override void OnDownstreamFinish(Exception cause) => Finish();

        public override void PostStop()
        {
            List<Offer> left;
            lock (_underWay)
            {
                _stopped = true;
                left = [.. _underWay];
                _underWay.Clear();
            }

            var detached = new Lazy<StreamDetachedException>(() => new StreamDetachedException());
            left.ForEach(offer => offer.TrySetException(detached.Value));
            if (!_completion.Task.IsCompleted)
                _completion.TrySetException(detached.Value);
        }

        private void OnOffer(Offer offer)
        {
            lock (_underWay)
            {
                _underWay.Remove(offer);
            }

            if (IsAvailable(_out) && _buffer.Count == 0)
                Push(_out, offer.Element);
            else if (_buffer.Count < _capacity)
                _buffer.Enqueue(offer.Element);
            else
            {
                offer.TrySetResult(QueueOfferResult.Dropped.Instance);
                return;
            }

            offer.TrySetResult(QueueOfferResult.Enqueued.Instance);
        }

        private void OnComplete()
        {
            if (_buffer.Count > 0)
                _completing = true;
            else
                Finish();
        }

        private void OnFail(Exception failure)
        {
            _completion.TrySetException(failure);
            FailStage(failure);
        }

        private void Finish()
        {
            _completion.TrySetResult();
            CompleteStage();
        }
    }
}
