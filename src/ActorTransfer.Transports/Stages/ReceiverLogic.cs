using ActorTransfer.Extensibility;
using ActorTransfer.Transports.Sockets;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>The logic of <see cref="ReceiverSink"/>: one write at a time, which may outlive the stage.</summary>
internal sealed class ReceiverLogic<T> : ResultLogic<T>
{
    private readonly IByteReceiver<T> _receiver;
    private readonly Inlet<Chunk> _in;
    private readonly InFlight _flight = new();
    private Action<Exception?>? _written;
    private Action<(T? Made, Exception? Failure)>? _finished;
    private Chunk? _writing;
    private Chunk? _next;
    private bool _upstreamDone;
    private Exception? _reset;

    public ReceiverLogic(SinkShape<Chunk> shape, IByteReceiver<T> receiver, TaskCompletionSource<T>? result = null)
        : base(shape, result)
    {
        (_receiver, _in) = (receiver, shape.Inlet);
        SetHandler(_in, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish, onUpstreamFailure: OnUpstreamFailure);
    }

    public override void PreStart()
    {
        SetKeepGoing(true); // the last write may still run when the upstream has completed
        _written = GetAsyncCallback<Exception?>(OnWritten);
        _finished = GetAsyncCallback<(T? Made, Exception? Failure)>(OnFinished);
        try
        {
            _receiver.Start();
        }
        catch (InvalidOperationException failure)
        {
            Fail(failure);
            return;
        }

        Pull(_in);
    }

    public override void PostStop()
    {
        if (_flight.Abandon())
        {
            _writing?.Dispose();
        }

        _next?.Dispose();
        Refuse(new OperationCanceledException("The stream was stopped before it completed."));
    }

    private void OnPush()
    {
        _next = Grab(_in);
        if (_writing is null)
        {
            WriteNext();
        }
    }

    private void OnUpstreamFinish()
    {
        _upstreamDone = true;
        if (_writing is null)
        {
            Finish();
        }
    }

    /// <summary>The last bytes may still be in flight to the receiver. Any other failure ends the stream at once.</summary>
    private void OnUpstreamFailure(Exception failure)
    {
        if (failure is not ByteLinkException { Fault: ByteLinkFault.PeerReset })
        {
            Fail(failure);
            return;
        }

        _reset = failure;
        OnUpstreamFinish();
    }

    private void WriteNext()
    {
        _writing = _next!;
        _next = null;
        _flight.Begin();
        var write = Begin(_writing);
        if (!_upstreamDone)
        {
            Pull(_in);
        }

        if (write.IsCompletedSuccessfully)
        {
            write.GetAwaiter().GetResult(); // returns its source to the writer
            OnWritten(failure: null); // no message to this stage is necessary
        }
        else
        {
            _ = AwaitAsync(write, _writing);
        }
    }

    private ValueTask Begin(Chunk chunk)
    {
        try
        {
            return _receiver.WriteAsync(chunk.Memory);
        }
        catch (Exception failure)
        {
            return ValueTask.FromException(failure);
        }
    }

    /// <summary>Runs outside the stage after its first await, and accesses only its parameters.</summary>
    private async Task AwaitAsync(ValueTask write, Chunk chunk)
    {
        Exception? failure = null;
        try
        {
            await write;
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        if (_flight.TryComplete())
        {
            _written!(failure);
        }
        else
        {
            chunk.Dispose();
        }
    }

    private void OnWritten(Exception? failure)
    {
        _flight.End();
        _writing!.Dispose();
        _writing = null;
        if (failure is not null)
        {
            Fail(failure);
        }
        else if (_next is not null)
        {
            WriteNext();
        }
        else if (_upstreamDone)
        {
            Finish();
        }
    }

    private void Finish()
    {
        if (_reset is not null && !_receiver.IsComplete)
        {
            Fail(_reset);
            return;
        }

        _ = FinishAsync();
    }

    private async Task FinishAsync()
    {
        try
        {
            _finished!((await _receiver.FinishAsync(), null));
        }
        catch (Exception failure)
        {
            _finished!((default, failure));
        }
    }

    private void OnFinished((T? Made, Exception? Failure) end)
    {
        if (end.Failure is null)
        {
            Fulfil(end.Made!);
            CompleteStage();
        }
        else
        {
            Fail(end.Failure);
        }
    }
}
