using Akka.Streams.Implementation;

namespace Akka.Streams
{
    public interface IGraph<out TShape>
        where TShape : Shape
    {
        TShape Shape { get; }

        IModule Module { get; }
    }

    public interface IGraph<out TShape, out TMaterialized> : IGraph<TShape>
        where TShape : Shape
    {
        IGraph<TShape, TMaterialized> WithAttributes(Attributes attributes);

        IGraph<TShape, TMaterialized> AddAttributes(Attributes attributes);

        IGraph<TShape, TMaterialized> Named(string name);

        IGraph<TShape, TMaterialized> Async();
    }
}

namespace Akka.Streams.Implementation
{
    /// <summary>How a graph is put together; opaque to users.</summary>
    public interface IModule { }

    /// <summary>
    /// A recipe that is followed once a materialization, from upstream to downstream: it connects what is open in the builder to its own
    /// inlet, and leaves its own outlet open. So every graph here is a line, with side branches that join it (Concat).
    /// </summary>
    internal interface IBlueprint<out TMat> : IModule
    {
        TMat Build(StreamBuilder builder, Attributes inherited);
    }

    internal static class Blueprint
    {
        public static IBlueprint<TMat> Of<TShape, TMat>(IGraph<TShape, TMat> graph)
            where TShape : Shape => (IBlueprint<TMat>)graph.Module;

        public static IBlueprint<TMat> Replace<TMat>(IBlueprint<TMat> of, Attributes attributes) =>
            new WithAttributesModule<TMat>(of is WithAttributesModule<TMat> outer ? outer.Inner : of, attributes);

        public static IBlueprint<TMat> Add<TMat>(IBlueprint<TMat> to, Attributes attributes) => to is WithAttributesModule<TMat> outer
            ? new WithAttributesModule<TMat>(outer.Inner, outer.Attributes.And(attributes))
            : new WithAttributesModule<TMat>(to, attributes);
    }

    internal sealed class IdentityModule : IBlueprint<NotUsed>
    {
        public static readonly IdentityModule Instance = new();

        public NotUsed Build(StreamBuilder builder, Attributes inherited) => NotUsed.Instance;
    }

    internal sealed class LinearModule<TLeft, TRight, TMat>(IBlueprint<TLeft> left, IBlueprint<TRight> right, Func<TLeft, TRight, TMat> combine)
        : IBlueprint<TMat>
    {
        public TMat Build(StreamBuilder builder, Attributes inherited)
        {
            var leftValue = left.Build(builder, inherited);
            return combine(leftValue, right.Build(builder, inherited));
        }
    }

    internal sealed class KeepLeftModule<TLeft, TRight>(IBlueprint<TLeft> left, IBlueprint<TRight> right) : IBlueprint<TLeft>
    {
        public TLeft Build(StreamBuilder builder, Attributes inherited)
        {
            var value = left.Build(builder, inherited);
            right.Build(builder, inherited);
            return value;
        }
    }

    internal sealed class MapModule<TMat, TMat2>(IBlueprint<TMat> inner, Func<TMat, TMat2> map) : IBlueprint<TMat2>
    {
        public TMat2 Build(StreamBuilder builder, Attributes inherited) => map(inner.Build(builder, inherited));
    }

    internal sealed class WithAttributesModule<TMat>(IBlueprint<TMat> inner, Attributes attributes) : IBlueprint<TMat>
    {
        public IBlueprint<TMat> Inner => inner;

        public Attributes Attributes => attributes;

        public TMat Build(StreamBuilder builder, Attributes inherited)
        {
            if (!attributes.Contains(Attributes.AsyncBoundary.Instance))
                return inner.Build(builder, inherited.And(attributes));

            var outer = builder.EnterIsland();
            var value = inner.Build(builder, inherited.And(attributes));
            builder.LeaveIsland(outer);
            return value;
        }
    }

    /// <summary>Two lines that end in the two inlets of one stage: first all of one, then all of the other.</summary>
    internal sealed class ConcatModule<T, TMat, TMat2, TMat3>(
        IBlueprint<TMat> main,
        IBlueprint<TMat2> side,
        bool sideFirst,
        Func<TMat, TMat2, TMat3> combine) : IBlueprint<TMat3>
    {
        public TMat3 Build(StreamBuilder builder, Attributes inherited)
        {
            var mainValue = main.Build(builder, inherited);
            var mainEnd = builder.TakeOpen();
            var sideValue = side.Build(builder, inherited);
            var sideEnd = builder.TakeOpen();
            var stage = new ConcatStage<T>();
            builder.AddJunction(stage, inherited, sideFirst ? [sideEnd, mainEnd] : [mainEnd, sideEnd]);
            return combine(mainValue, sideValue);
        }
    }
}
