using System.Numerics;
using Akka.Pattern;
using Akka.Streams.Stage;

namespace Akka.Streams.Implementation;

/// <summary>
/// Stages that run fused, one at a time, on one actor: the interpreter of their events. Everything but <see cref="Post"/> belongs to
/// the thread that runs the actor at the moment.
/// </summary>
internal sealed partial class Island(ActorMaterializer materializer)
{
    /// <summary>How many pushes or pulls may follow each other directly, past the queue, before other events get their turn.</summary>
    private const int ChaseLimit = 16;

    private readonly List<GraphStageLogic> _stages = new(4);
    private Connection[] _queue;
    private int _mask;
    private int _head;
    private int _tail;
    private int _running;
    private int _chases;
    private Connection _chasedPush;
    private Connection _chasedPull;

    public int ConnectionCount { get; set; }

    public ActorMaterializer Materializer => materializer;

    public bool IsSuspended => _head != _tail;

    public bool IsCompleted => _running == 0 && !IsSuspended;

    private GraphStageLogic Active { get; set; }

    public void Add(GraphStageLogic stage)
    {
        stage.Island = this;
        _stages.Add(stage);
    }

    public void Seal()
    {
        foreach (var stage in _stages)
            stage.Seal();

        // One slot a connection suffices: an event stays queued until it is processed, and no second one is queued meanwhile.
        _queue = new Connection[BitOperations.RoundUpToPowerOf2((uint)Math.Max(ConnectionCount, 1))];
        _mask = _queue.Length - 1;
        _running = _stages.Count;
    }

    public void Init()
    {
        foreach (var stage in _stages)
        {
            try
            {
                stage.PreStart();
            }
            catch (Exception e)
            {
                LogError(e, "PreStart", stage);
                stage.FailStage(e);
            }

            FinishIfDone(stage);
        }
    }

    /// <summary>Processes up to so many queued events. Returns how many more it might have.</summary>
    public int Execute(int limit)
    {
        while (limit > 0 && _head != _tail)
        {
            try
            {
                limit = Loop(limit);
            }
            catch (Exception e)
            {
                StageFailed(e);
            }
        }

        _chases = 0;
        Active = null;
        return limit;
    }

    public void RunAsync(AsyncInput input)
    {
        var stage = input.Stage;
        try
        {
            input.Invoke(stage.IsDone);
        }
        catch (Exception e)
        {
            stage.FailStage(e);
        }

        FinishIfDone(stage);
    }

    /// <summary>Ends whatever still runs.</summary>
    public void Abort()
    {
        foreach (var stage in _stages)
            Finish(stage);
    }

    public void Pulled(Connection connection)
    {
        if (_chases > 0 && _chasedPull is null)
        {
            _chases--;
            _chasedPull = connection;
        }
        else
            Enqueue(connection);
    }

    public void Pushed(Connection connection)
    {
        if (_chases > 0 && _chasedPush is null)
        {
            _chases--;
            _chasedPush = connection;
        }
        else
            Enqueue(connection);
    }

    /// <summary>The producer ends: normally, or with a failure.</summary>
    public void Complete(Connection connection, Exception failure = null)
    {
        if (connection.OutClosed)
            return;

        connection.OutClosed = true;
        if (!connection.InClosed)
        {
            connection.Failed = failure is not null;
            connection.Cause = failure;
            if (connection.IsQuiet)
                Enqueue(connection);
            else if (_chasedPush == connection)
            {
                // A chased event is taken for a push unread, so this one must go through the queue.
                _chasedPush = null;
                Enqueue(connection);
            }
        }

        connection.Producer.OpenPorts--;
    }

    public void Cancel(Connection connection, Exception cause)
    {
        if (connection.InClosed)
            return;

        connection.InClosed = true;
        if (!connection.OutClosed)
        {
            connection.Cause = cause;
            connection.DropElement();
            if (connection.IsQuiet)
                Enqueue(connection);
            else if (_chasedPull == connection)
            {
                _chasedPull = null;
                Enqueue(connection);
            }
        }

        connection.Consumer.OpenPorts--;
    }

    private int Loop(int limit)
    {
        while (limit > 0 && _head != _tail)
        {
            var index = _head++ & _mask;
            var connection = _queue[index];
            _queue[index] = null;
            limit--;
            _chases = Math.Min(ChaseLimit, limit);
            Dispatch(connection);
            FinishIfDone(Active);

            while (_chasedPush is { } push)
            {
                _chasedPush = null;
                Deliver(push);
                FinishIfDone(Active);
            }

            while (_chasedPull is { } pull)
            {
                _chasedPull = null;
                Request(pull);
                FinishIfDone(Active);
            }

            UnchasePush();
        }

        return limit;
    }

    private void Dispatch(Connection connection)
    {
        Active = null;
        if (!connection.InClosed)
        {
            if (connection.Turn == Turn.Pushing)
            {
                var closing = connection.OutClosed;
                Deliver(connection);
                if (closing)
                    Enqueue(connection);
            }
            else if (connection.OutClosed)
            {
                connection.InClosed = true;
                Active = connection.Consumer;
                Active.OpenPorts--;
                if (connection.Failed)
                    connection.InHandler.OnUpstreamFailure(connection.Cause);
                else
                    connection.InHandler.OnUpstreamFinish();
            }
            else if (connection.Turn == Turn.Pulling)
                Request(connection);
        }
        else if (!connection.OutClosed)
        {
            connection.OutClosed = true;
            Active = connection.Producer;
            Active.OpenPorts--;
            connection.OutHandler.OnDownstreamFinish(connection.Cause);
        }
    }

    private void Deliver(Connection connection)
    {
        Active = connection.Consumer;
        connection.Turn = Turn.Consumer;
        connection.InHandler.OnPush();
    }

    private void Request(Connection connection)
    {
        Active = connection.Producer;
        connection.Turn = Turn.Producer;
        connection.OutHandler.OnPull();
    }

    private void StageFailed(Exception e)
    {
        var stage = Active ?? throw new IllegalStateException("Event without a stage", e);
        if (stage.LogsFailures)
            LogError(e, "a handler", stage);

        stage.FailStage(e);
        _chases = 0;
        UnchasePush();
        if (_chasedPull is { } pull)
        {
            _chasedPull = null;
            Enqueue(pull);
        }

        FinishIfDone(stage);
    }

    private void UnchasePush()
    {
        if (_chasedPush is { } push)
        {
            _chasedPush = null;
            Enqueue(push);
        }
    }

    private void Enqueue(Connection connection) => _queue[_tail++ & _mask] = connection;

    private void FinishIfDone(GraphStageLogic stage)
    {
        if (stage is not null && stage.IsDone)
            Finish(stage);
    }

    private void Finish(GraphStageLogic stage)
    {
        if (stage.IsStopped)
            return;

        stage.IsStopped = true;
        _running--;
        try
        {
            stage.PostStop();
            stage.AfterPostStop();
        }
        catch (Exception e)
        {
            LogError(e, "PostStop", stage);
        }
    }

    private void LogError(Exception e, string where, GraphStageLogic stage) =>
        materializer.LogError(e, where, stage);
}
