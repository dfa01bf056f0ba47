using Akka.Pattern;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>Puts the stages of one stream in line; lives for one materialization.</summary>
internal sealed class StreamBuilder(Island island)
{
    private GraphStageLogic _last;
    private Outlet _open;

    public TMat Add<TShape, TMat>(GraphStageWithMaterializedValue<TShape, TMat> stage)
        where TShape : Shape
    {
        var shape = stage.Shape;
        if (shape.Inlets.Length > 1 || shape.Outlets.Length > 1)
            throw new NotSupportedException($"{stage}: only stages with at most one inlet and one outlet can be put in line");

        var created = stage.CreateLogicAndMaterializedValue(Attributes.None);
        var logic = created.Logic;
        island.Add(logic);
        if (shape.Inlets.Length == 1)
        {
            if (_open is null)
                throw new IllegalStateException($"Nothing is connected to the inlet of {stage}");

            var connection = _open.NewConnection();
            connection.Producer = _last;
            connection.Consumer = logic;
            _last.AttachOutlet(connection);
            logic.AttachInlet(connection);
            island.ConnectionCount++;
        }

        _last = logic;
        _open = shape.Outlets.Length == 1 ? shape.Outlets[0] : null;
        return created.MaterializedValue;
    }
}
