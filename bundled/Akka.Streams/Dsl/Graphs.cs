using Akka.Streams.Dsl;
using Akka.Streams.Implementation;

namespace Akka.Streams
{
    /// <summary>A recipe that can be followed any number of times. Every graph here is a line, or a piece of one.</summary>
    public interface IGraph<out TShape, out TMaterialized>
        where TShape : Shape
    {
        /// <summary>Adds the graph's stages to a stream: from upstream to downstream, each connected to the one before.</summary>
        internal TMaterialized Build(StreamBuilder builder);
    }
}

namespace Akka.Streams.Dsl
{
    public static class Keep
    {
        public static TLeft Left<TLeft, TRight>(TLeft left, TRight right) => left;

        public static TRight Right<TLeft, TRight>(TLeft left, TRight right) => right;

        public static (TLeft, TRight) Both<TLeft, TRight>(TLeft left, TRight right) => (left, right);
    }

    public interface IRunnableGraph<out TMat> : IGraph<ClosedShape, TMat>
    {
        TMat Run(IMaterializer materializer);
    }

    /// <summary>A stream that needs nothing but a materializer.</summary>
    public sealed class RunnableGraph<TMat> : IRunnableGraph<TMat>
    {
        private readonly Func<StreamBuilder, TMat> _build;

        internal RunnableGraph(Func<StreamBuilder, TMat> build) => _build = build;

        public TMat Run(IMaterializer materializer) => materializer.Materialize(this);

        TMat IGraph<ClosedShape, TMat>.Build(StreamBuilder builder) => _build(builder);
    }
}

namespace Akka.Streams.Implementation
{
    internal static class Recipe
    {
        public static Func<StreamBuilder, TMat> Then<TLeft, TShape, TRight, TMat>(
            this Func<StreamBuilder, TLeft> left,
            IGraph<TShape, TRight> right,
            Func<TLeft, TRight, TMat> combine)
            where TShape : Shape => builder =>
            {
                var value = left(builder);
                return combine(value, right.Build(builder));
            };
    }
}
