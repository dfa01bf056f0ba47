using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

internal abstract class SourceStage<T> : GraphStage<SourceShape<T>>
{
    private static readonly SourceShape<T> s_shape = new(new Outlet<T>("out"));

    public sealed override SourceShape<T> Shape => s_shape;

    public override string ToString() => GetType().Name;

    internal abstract class SourceLogic : OutGraphStageLogic
    {
        protected readonly Outlet<T> Out = s_shape.Outlet;

        protected SourceLogic()
            : base(s_shape) => SetHandler(Out, this);

        internal sealed override bool LogsFailures => false;
    }
}

internal sealed class SingleSource<T> : SourceStage<T>
{
    private readonly T _element;

    public SingleSource(T element)
    {
        if (element is null)
            throw new ArgumentNullException(nameof(element));

        _element = element;
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(_element);

    private sealed class Logic(T element) : SourceLogic
    {
        public override void OnPull()
        {
            Push(Out, element);
            CompleteStage();
        }
    }
}

/// <summary>Always one step ahead, so that it completes together with its last element.</summary>
internal sealed class EnumeratorSource<T>(Func<IEnumerator<T>> factory) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(factory);

    private sealed class Logic(Func<IEnumerator<T>> factory) : SourceLogic
    {
        private IEnumerator<T> _elements;

        public override void OnPull()
        {
            if (_elements is null)
            {
                _elements = factory();
                if (!_elements.MoveNext())
                {
                    CompleteStage();
                    return;
                }
            }

            Push(Out, _elements.Current);
            if (!_elements.MoveNext())
                CompleteStage();
        }

        public override void PostStop() => _elements?.Dispose();
    }
}

internal sealed class RepeatSource<T>(T element) : SourceStage<T>
{
    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(element);

    private sealed class Logic(T element) : SourceLogic
    {
        public override void OnPull() => Push(Out, element);
    }
}
