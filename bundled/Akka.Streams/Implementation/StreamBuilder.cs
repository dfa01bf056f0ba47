using Akka.Pattern;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>An outlet of a running stage that nothing is connected to yet.</summary>
internal readonly record struct OpenEnd(GraphStageLogic Logic, Outlet Outlet);

/// <summary>Turns blueprints into connected stages; lives for one materialization.</summary>
internal sealed class StreamBuilder(ActorMaterializer materializer)
{
    private readonly Island _first = new(materializer);
    private List<Island> _others;
    private Island _current;
    private OpenEnd _open;

    public Island EnterIsland()
    {
        var outer = _current;
        _current = new Island(materializer);
        (_others ??= []).Add(_current);
        return outer;
    }

    public void LeaveIsland(Island outer) => _current = outer;

    public OpenEnd TakeOpen()
    {
        var open = _open;
        _open = default;
        return open;
    }

    public TMat AddStage<TShape, TMat>(GraphStageWithMaterializedValue<TShape, TMat> stage, Attributes attributes)
        where TShape : Shape
    {
        var shape = Number(stage);
        if (shape.Inlets.Length > 1 || shape.Outlets.Length > 1)
        {
            throw new NotSupportedException($"{stage}: only stages with at most one inlet and one outlet can be put in line");
        }

        var created = stage.CreateLogicAndMaterializedValue(attributes);
        var island = _current ?? _first;
        island.Add(created.Logic);
        if (shape.Inlets.Length == 1)
            Connect(TakeOpen(), created.Logic, 0);

        if (shape.Outlets.Length == 1)
            _open = new OpenEnd(created.Logic, shape.Outlets[0]);

        return created.MaterializedValue;
    }

    public void AddJunction<TShape>(GraphStage<TShape> stage, Attributes attributes, ReadOnlySpan<OpenEnd> ends)
        where TShape : Shape
    {
        var shape = Number(stage);
        var logic = stage.CreateLogicAndMaterializedValue(attributes).Logic;
        (_current ?? _first).Add(logic);
        for (var i = 0; i < ends.Length; i++)
            Connect(ends[i], logic, i);

        _open = new OpenEnd(logic, shape.Outlets[0]);
    }

    /// <summary>Hands every island to the supervisor, which gives each its actor.</summary>
    public void Start()
    {
        _first.Seal();
        _others?.ForEach(static island => island.Seal());
        if (_first.IsEmpty && _others is null)
            return;

        // Consumers first: their callbacks may then be called by producers at once.
        for (var i = (_others?.Count ?? 0) - 1; i >= 0; i--)
            materializer.Start(_others![i]);

        if (!_first.IsEmpty)
            materializer.Start(_first);
    }

    private static TShape Number<TShape, TMat>(GraphStageWithMaterializedValue<TShape, TMat> stage)
        where TShape : Shape
    {
        var shape = stage.Shape;
        var inlets = shape.Inlets;
        for (var i = 0; i < inlets.Length; i++)
            inlets[i].Id = i;

        var outlets = shape.Outlets;
        for (var i = 0; i < outlets.Length; i++)
            outlets[i].Id = i;

        return shape;
    }

    private static void Connect(OpenEnd from, GraphStageLogic to, int inlet)
    {
        if (from.Logic is null)
        {
            throw new IllegalStateException($"Nothing is connected to inlet {inlet} of {to}");
        }

        if (from.Logic.Island == to.Island)
        {
            Link(from, to, inlet);
            return;
        }

        var (sender, receiver) = from.Outlet.NewBoundary();
        from.Logic.Island.Add(sender);
        to.Island.Add(receiver);
        Link(from, sender, 0);
        Link(new OpenEnd(receiver, receiver.Outlet), to, inlet);
    }

    private static void Link(OpenEnd from, GraphStageLogic to, int inlet)
    {
        var connection = from.Outlet.NewConnection();
        connection.Producer = from.Logic;
        connection.Consumer = to;
        from.Logic.AttachOutlet(from.Outlet.Id, connection);
        to.AttachInlet(inlet, connection);
        to.Island.ConnectionCount++;
    }
}
