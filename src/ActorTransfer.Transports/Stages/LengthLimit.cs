using ActorTransfer.Extensibility;
using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorTransfer.Transports.Stages;

/// <summary>How a length differs from the announced one.</summary>
internal enum LengthFault
{
    /// <summary>More bytes than announced.</summary>
    TooLong,

    /// <summary>The end came before all announced bytes.</summary>
    TooShort,

    /// <summary>No length was announced, and more than the maximum was received.</summary>
    AboveLimit,
}

/// <summary>The length of a stream differs from the announced one.</summary>
internal sealed class LengthException : IOException
{
    /// <summary>Creates the exception.</summary>
    public LengthException(LengthFault fault, long expected, long actual)
        : base(fault switch
        {
            LengthFault.TooLong => $"More than the announced {expected} bytes arrived.",
            LengthFault.AboveLimit => $"The size was not announced, and more than the maximum of {expected} bytes arrived.",
            _ => $"Only {actual} of the announced {expected} bytes arrived.",
        })
    {
        Fault = fault;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The kind of difference.</summary>
    public LengthFault Fault { get; }

    /// <summary>The announced or maximum number of bytes.</summary>
    public long Expected { get; }

    /// <summary>Bytes received until the failure.</summary>
    public long Actual { get; }
}

/// <summary>Passes exactly the announced number of bytes, or at most a number. The chunk that exceeds it is dropped whole.</summary>
internal sealed class LengthLimit : ChunkStage
{
    private readonly long _expected;
    private readonly bool _isExact;
    private readonly LengthFault _above;

    /// <param name="expected">The number.</param>
    /// <param name="isExact">Whether the stream may not complete with less.</param>
    /// <param name="above">The fault of a stream with more.</param>
    public LengthLimit(long expected, bool isExact, LengthFault above)
        : base(nameof(LengthLimit))
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expected);
        (_expected, _isExact, _above) = (expected, isExact, above);
    }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : GraphStageLogic
    {
        private readonly LengthLimit _stage;
        private long _seen;

        public Logic(LengthLimit stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandler(stage.In, onPush: OnPush, onUpstreamFinish: OnUpstreamFinish);
            SetHandler(stage.Out, onPull: () => Pull(stage.In));
        }

        private void OnPush()
        {
            Chunk chunk = Grab(_stage.In);
            _seen += chunk.Length;
            if (_seen <= _stage._expected)
            {
                Push(_stage.Out, chunk);
                return;
            }

            chunk.Dispose();
            FailStage(new LengthException(_stage._above, _stage._expected, _seen));
        }

        private void OnUpstreamFinish()
        {
            if (_seen == _stage._expected || !_stage._isExact)
            {
                CompleteStage();
            }
            else
            {
                FailStage(new LengthException(LengthFault.TooShort, _stage._expected, _seen));
            }
        }
    }
}
