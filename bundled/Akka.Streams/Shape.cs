using System.Collections.Immutable;
using Akka.Streams.Implementation;

namespace Akka.Streams;

public abstract class Inlet
{
    private readonly string _name;

    private protected Inlet(string name) => _name = name ?? throw new ArgumentNullException(nameof(name));

    public sealed override string ToString() => _name;
}

public sealed class Inlet<T> : Inlet
{
    public Inlet(string name)
        : base(name) { }
}

public abstract class Outlet
{
    private readonly string _name;

    private protected Outlet(string name) => _name = name ?? throw new ArgumentNullException(nameof(name));

    public sealed override string ToString() => _name;

    internal abstract Connection NewConnection();
}

public sealed class Outlet<T> : Outlet
{
    public Outlet(string name)
        : base(name) { }

    internal override Connection NewConnection() => new Connection<T>();
}

public abstract class Shape
{
    public abstract ImmutableArray<Inlet> Inlets { get; }

    public abstract ImmutableArray<Outlet> Outlets { get; }
}

public sealed class ClosedShape : Shape
{
    public static readonly ClosedShape Instance = new();

    private ClosedShape() { }

    public override ImmutableArray<Inlet> Inlets => [];

    public override ImmutableArray<Outlet> Outlets => [];
}

public sealed class SourceShape<TOut> : Shape
{
    public readonly Outlet<TOut> Outlet;

    public SourceShape(Outlet<TOut> outlet)
    {
        Outlet = outlet ?? throw new ArgumentNullException(nameof(outlet));
        Outlets = [outlet];
    }

    public override ImmutableArray<Inlet> Inlets => [];

    public override ImmutableArray<Outlet> Outlets { get; }
}

public sealed class SinkShape<TIn> : Shape
{
    public readonly Inlet<TIn> Inlet;

    public SinkShape(Inlet<TIn> inlet)
    {
        Inlet = inlet ?? throw new ArgumentNullException(nameof(inlet));
        Inlets = [inlet];
    }

    public override ImmutableArray<Inlet> Inlets { get; }

    public override ImmutableArray<Outlet> Outlets => [];
}

public sealed class FlowShape<TIn, TOut> : Shape
{
    public FlowShape(Inlet<TIn> inlet, Outlet<TOut> outlet)
    {
        Inlet = inlet ?? throw new ArgumentNullException(nameof(inlet));
        Outlet = outlet ?? throw new ArgumentNullException(nameof(outlet));
        Inlets = [inlet];
        Outlets = [outlet];
    }

    public Inlet<TIn> Inlet { get; }

    public Outlet<TOut> Outlet { get; }

    public override ImmutableArray<Inlet> Inlets { get; }

    public override ImmutableArray<Outlet> Outlets { get; }
}

/// <summary>Hints for a graph. There are none to give here; stages are handed an empty set.</summary>
public sealed class Attributes
{
    internal static readonly Attributes None = new();

    private Attributes() { }
}
