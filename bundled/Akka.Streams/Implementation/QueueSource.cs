using Akka.Pattern;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Elements that are offered from outside.</summary>
internal sealed class QueueSource<T>(int capacity, OverflowStrategy strategy)
    : GraphStageWithMaterializedValue<SourceShape<T>, ISourceQueueWithComplete<T>>
{
    private static readonly SourceShape<T> s_shape = new(new Outlet<T>("Queue.out"));

    public override SourceShape<T> Shape => s_shape;

    public override ILogicAndMaterializedValue<ISourceQueueWithComplete<T>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(capacity, strategy);
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
        private readonly OverflowStrategy _strategy;
        private readonly BoundedBuffer<T> _buffer;
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Action<Offer> _offer;
        private readonly Action _complete;
        private readonly Action<Exception> _fail;

        /// <summary>Guards what is offered against the end of the stage: each offer is answered, whichever comes first.</summary>
        private readonly HashSet<Offer> _underWay = [];

        private Offer _pending;
        private bool _stopped;
        private bool _completing;

        public Logic(int capacity, OverflowStrategy strategy)
            : base(s_shape)
        {
            _capacity = capacity;
            _strategy = strategy;
            _buffer = new BoundedBuffer<T>(capacity);
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
            if (_buffer.Count > 0)
            {
                Push(_out, _buffer.RemoveFirst());
                if (_pending is not null)
                {
                    _buffer.AddLast(_pending.Element);
                    AnswerPending(QueueOfferResult.Enqueued.Instance);
                }
            }
            else if (_pending is not null)
            {
                Push(_out, _pending.Element);
                AnswerPending(QueueOfferResult.Enqueued.Instance);
            }

            if (_completing && _buffer.Count == 0)
                Finish();
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            AnswerPending(QueueOfferResult.QueueClosed.Instance);
            Finish();
        }

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
            _pending?.TrySetException(detached.Value);
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
            {
                Push(_out, offer.Element);
                offer.TrySetResult(QueueOfferResult.Enqueued.Instance);
            }
            else if (!_buffer.IsFull)
            {
                _buffer.AddLast(offer.Element);
                offer.TrySetResult(QueueOfferResult.Enqueued.Instance);
            }
            else if (_capacity == 0 && _pending is null)
                _pending = offer;
            else
                OnOverflow(offer);
        }

        private void OnOverflow(Offer offer)
        {
            switch (_strategy)
            {
                case OverflowStrategy.Backpressure when _pending is null:
                    _pending = offer;
                    break;
                case OverflowStrategy.Backpressure:
                    offer.TrySetException(new IllegalStateException("The offer before this one must be answered first"));
                    break;
                case OverflowStrategy.Fail:
                    var overflow = new BufferOverflowException($"The queue of {_capacity} elements is full");
                    offer.TrySetResult(new QueueOfferResult.Failure(overflow));
                    OnFail(overflow);
                    break;
                case OverflowStrategy.DropNew:
                case OverflowStrategy.DropTail when _capacity == 0:
                    offer.TrySetResult(QueueOfferResult.Dropped.Instance);
                    break;
                default:
                    if (_capacity == 0)
                    {
                        AnswerPending(QueueOfferResult.Dropped.Instance);
                        _pending = offer;
                        break;
                    }

                    _buffer.TryAdd(offer.Element, _strategy);
                    offer.TrySetResult(QueueOfferResult.Enqueued.Instance);
                    break;
            }
        }

        private void OnComplete()
        {
            if (_buffer.Count > 0 || _pending is not null)
                _completing = true;
            else
                Finish();
        }

        private void OnFail(Exception failure)
        {
            _completion.TrySetException(failure);
            FailStage(failure);
        }

        private void AnswerPending(IQueueOfferResult result)
        {
            _pending?.TrySetResult(result);
            _pending = null;
        }

        private void Finish()
        {
            _completion.TrySetResult();
            CompleteStage();
        }
    }
}
