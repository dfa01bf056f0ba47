using Akka.Pattern;

namespace Akka.Streams.Stage;

public abstract partial class GraphStageLogic
{
    private interface IEmitter
    {
        void CompleteAfterwards();
    }

    /// <summary>Pushes now, or when the outlet is pulled next; until then it stands in for the outlet's handler.</summary>
    protected internal void Emit<T>(Outlet<T> outlet, T element, Action andThen)
    {
        if (IsAvailable(outlet))
        {
            Push(outlet, element);
            andThen();
        }
        else
            EmitterOf(outlet).Add(new Emission<T>(element, null, andThen));
    }

    protected internal void Emit<T>(Outlet<T> outlet, T element) => Emit(outlet, element, DoNothing);

    protected internal void EmitMultiple<T>(Outlet<T> outlet, IEnumerable<T> elements, Action andThen) =>
        EmitMultiple(outlet, elements.GetEnumerator(), andThen);

    protected internal void EmitMultiple<T>(Outlet<T> outlet, IEnumerable<T> elements) => EmitMultiple(outlet, elements, DoNothing);

    protected internal void EmitMultiple<T>(Outlet<T> outlet, IEnumerator<T> enumerator) => EmitMultiple(outlet, enumerator, DoNothing);

    protected internal void EmitMultiple<T>(Outlet<T> outlet, IEnumerator<T> enumerator, Action andThen)
    {
        var more = enumerator.MoveNext();
        if (more && IsAvailable(outlet))
        {
            Push(outlet, enumerator.Current);
            more = enumerator.MoveNext();
        }

        if (more)
            EmitterOf(outlet).Add(new Emission<T>(enumerator.Current, enumerator, andThen));
        else
            andThen();
    }

    protected internal void AbortEmitting<T>(Outlet<T> outlet)
    {
        if (GetHandler(outlet) is Emitter<T> emitter)
            SetHandler(outlet, emitter.Previous);
    }

    /// <summary>Calls back with the next element, pulling for it if need be, or when the inlet has closed before it came.</summary>
    protected void Read<T>(Inlet<T> inlet, Action<T> andThen, Action onClose)
    {
        if (IsAvailable(inlet))
            andThen(Grab(inlet));
        else if (IsClosed(inlet))
            onClose();
        else
        {
            if (GetHandler(inlet) is Reader<T>)
            {
                throw new IllegalStateException($"Inlet {inlet} is being read already");
            }

            if (!HasBeenPulled(inlet))
                Pull(inlet);

            SetHandler(inlet, new Reader<T>(this, inlet, GetHandler(inlet), andThen, onClose));
        }
    }

    protected void AbortReading<T>(Inlet<T> inlet)
    {
        if (GetHandler(inlet) is Reader<T> reader)
            SetHandler(inlet, reader.Previous);
    }

    private Emitter<T> EmitterOf<T>(Outlet<T> outlet)
    {
        if (GetHandler(outlet) is not Emitter<T> emitter)
        {
            emitter = new Emitter<T>(this, outlet, GetHandler(outlet));
            SetHandler(outlet, emitter);
        }

        return emitter;
    }

    protected sealed class LambdaInHandler : InHandler
    {
        private readonly Action _onPush;
        private readonly Action _onUpstreamFinish;
        private readonly Action<Exception> _onUpstreamFailure;

        public LambdaInHandler(Action onPush, Action onUpstreamFinish = null, Action<Exception> onUpstreamFailure = null)
        {
            _onPush = onPush ?? throw new ArgumentNullException(nameof(onPush));
            _onUpstreamFinish = onUpstreamFinish ?? base.OnUpstreamFinish;
            _onUpstreamFailure = onUpstreamFailure ?? base.OnUpstreamFailure;
        }

        public override void OnPush() => _onPush();

        public override void OnUpstreamFinish() => _onUpstreamFinish();

        public override void OnUpstreamFailure(Exception e) => _onUpstreamFailure(e);
    }

    protected sealed class LambdaOutHandler : OutHandler
    {
        private readonly Action _onPull;
        private readonly Action<Exception> _onDownstreamFinish;

        public LambdaOutHandler(Action onPull, Action<Exception> onDownstreamFinish = null)
        {
            _onPull = onPull ?? throw new ArgumentNullException(nameof(onPull));
            _onDownstreamFinish = onDownstreamFinish ?? base.OnDownstreamFinish;
        }

        public override void OnPull() => _onPull();

        public override void OnDownstreamFinish(Exception cause) => _onDownstreamFinish(cause);
    }

    /// <summary>One element, or the current and all further elements of an enumerator, and what to do after the last.</summary>
    private readonly record struct Emission<T>(T Element, IEnumerator<T> Rest, Action AndThen);

    private sealed class Emitter<T>(GraphStageLogic stage, Outlet<T> outlet, IOutHandler previous) : OutHandler, IEmitter
    {
        private readonly Queue<Emission<T>> _emissions = new();
        private bool _complete;

        public IOutHandler Previous => previous;

        public void Add(Emission<T> emission) => _emissions.Enqueue(emission);

        public void CompleteAfterwards() => _complete = true;

        public override void OnPull()
        {
            var emission = _emissions.Peek();
            if (emission.Rest is null)
                stage.Push(outlet, emission.Element);
            else
            {
                stage.Push(outlet, emission.Rest.Current);
                if (emission.Rest.MoveNext())
                    return;
            }

            _emissions.Dequeue();
            AfterLastOf(emission);
        }

        public override void OnDownstreamFinish(Exception cause) => previous.OnDownstreamFinish(cause);

        private void AfterLastOf(Emission<T> emission)
        {
            // The callback sees the stage's own handler, which it may replace, or emit more behind what is queued already.
            stage.SetHandler(outlet, previous);
            emission.AndThen();
            if (_emissions.Count > 0)
            {
                if (stage.GetHandler(outlet) is Emitter<T> added && added != this)
                {
                    foreach (var more in added._emissions)
                        _emissions.Enqueue(more);

                    _complete |= added._complete;
                }

                stage.SetHandler(outlet, this);
            }
            else if (_complete)
                stage.Complete(outlet);
        }
    }

    private sealed class Reader<T>(GraphStageLogic stage, Inlet<T> inlet, IInHandler previous, Action<T> andThen, Action onClose) : InHandler
    {
        public IInHandler Previous => previous;

        public override void OnPush()
        {
            var element = stage.Grab(inlet);
            stage.SetHandler(inlet, previous);
            andThen(element);
        }

        public override void OnUpstreamFinish()
        {
            stage.SetHandler(inlet, previous);
            onClose();
            previous.OnUpstreamFinish();
        }

        public override void OnUpstreamFailure(Exception e)
        {
            stage.SetHandler(inlet, previous);
            previous.OnUpstreamFailure(e);
        }
    }
}
