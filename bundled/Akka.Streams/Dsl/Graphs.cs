using Akka.Streams.Implementation;

namespace Akka.Streams.Dsl
{
    public static class Keep
    {
        public static TLeft Left<TLeft, TRight>(TLeft left, TRight right) => left;

        public static TRight Right<TLeft, TRight>(TLeft left, TRight right) => right;

        public static (TLeft, TRight) Both<TLeft, TRight>(TLeft left, TRight right) => (left, right);

        public static NotUsed None<TLeft, TRight>(TLeft left, TRight right) => NotUsed.Instance;
    }

    public interface IRunnableGraph<out TMat> : IGraph<ClosedShape, TMat>
    {
        TMat Run(IMaterializer materializer);

        IRunnableGraph<TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> func);

        new IRunnableGraph<TMat> WithAttributes(Attributes attributes);

        new IRunnableGraph<TMat> AddAttributes(Attributes attributes);

        new IRunnableGraph<TMat> Named(string name);
    }

    /// <summary>A stream that needs nothing but a materializer. May be run any number of times.</summary>
    public sealed class RunnableGraph<TMat> : IRunnableGraph<TMat>
    {
        private readonly IBlueprint<TMat> _module;

        internal RunnableGraph(IBlueprint<TMat> module) => _module = module;

        public ClosedShape Shape => ClosedShape.Instance;

        public IModule Module => _module;

        public TMat Run(IMaterializer materializer) => materializer.Materialize(this);

        public IRunnableGraph<TMat2> MapMaterializedValue<TMat2>(Func<TMat, TMat2> func) =>
            new RunnableGraph<TMat2>(new MapModule<TMat, TMat2>(_module, func));

        public IRunnableGraph<TMat> WithAttributes(Attributes attributes) =>
            new RunnableGraph<TMat>(Blueprint.Replace(_module, attributes));

        public IRunnableGraph<TMat> AddAttributes(Attributes attributes) => new RunnableGraph<TMat>(Blueprint.Add(_module, attributes));

        public IRunnableGraph<TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

        public IRunnableGraph<TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());

        IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.WithAttributes(Attributes attributes) => WithAttributes(attributes);

        IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.AddAttributes(Attributes attributes) => AddAttributes(attributes);

        IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.Named(string name) => Named(name);

        IGraph<ClosedShape, TMat> IGraph<ClosedShape, TMat>.Async() => Async();
    }
}

namespace Akka.Streams.Implementation
{
    /// <summary>A stage with attributes of its use.</summary>
    internal sealed class Graph<TShape, TMat>(TShape shape, IBlueprint<TMat> module) : IGraph<TShape, TMat>
        where TShape : Shape
    {
        public TShape Shape => shape;

        public IModule Module => module;

        public IGraph<TShape, TMat> WithAttributes(Attributes attributes) =>
            new Graph<TShape, TMat>(shape, Blueprint.Replace(module, attributes));

        public IGraph<TShape, TMat> AddAttributes(Attributes attributes) =>
            new Graph<TShape, TMat>(shape, Blueprint.Add(module, attributes));

        public IGraph<TShape, TMat> Named(string name) => AddAttributes(Attributes.CreateName(name));

        public IGraph<TShape, TMat> Async() => AddAttributes(Attributes.CreateAsyncBoundary());
    }
}
