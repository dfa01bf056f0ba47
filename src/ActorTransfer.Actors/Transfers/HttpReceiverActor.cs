using System.Diagnostics;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.Uploads;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Transports.Http;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>One download of a file that a peer announced in a message. States: Offer, Accepted (requesting), Streaming, end.</summary>
internal sealed class HttpReceiverActor : TransferActor<HttpReceiverState, HttpReceiverInput, HttpReceiverOutput>
{
    private readonly IncomingOffer _offer;
    private readonly Account _account;
    private readonly TransferServices _services;
    private readonly SharedServices _shared;
    private readonly IncomingTransfer _file;
    private HttpClient? _client;
    private CancellationTokenSource _attempt = new();
    private HttpDownload? _link;

    /// <summary>Use <see cref="Props"/>.</summary>
    public HttpReceiverActor(
        IncomingOffer offer, HttpReceiverState start, Account account, TransferServices services, SharedServices shared, ActivityContext trace)
        : base(offer.Id, offer.To, sends: false, ActorRefs.Nobody, start, shared.Metrics, trace)
    {
        _offer = offer;
        _account = account;
        _services = services;
        _shared = shared;
        _file = new IncomingTransfer(offer, services, shared);
    }

    protected override LogScope Scope => new(Id, "", _account.Name, _offer.Peer);

    protected override HttpReceiverInput TimedOut => new HttpReceiverInput.TimedOut();

    protected override HttpReceiverInput Moved => new HttpReceiverInput.Progressed();

    public static Props Props(
        IncomingOffer offer, HttpReceiverState start, Account account, TransferServices services, SharedServices shared, ActivityContext trace) =>
        ActorProps.Create(() => new HttpReceiverActor(offer, start, account, services, shared, trace));

    protected override HttpReceiverInput Cancel(Transfer.Cancel cancel)
    {
        _file.KeepsPart |= cancel.KeepsPart;
        return new HttpReceiverInput.Cancel(cancel.Reason);
    }

    protected override Step<HttpReceiverState, HttpReceiverOutput> Next(HttpReceiverState state, HttpReceiverInput input) => HttpReceiver.Next(state, input);

    protected override TransferState PhaseOf(HttpReceiverState state) => state.Phase;

    protected override TimeSpan TimeFor(HttpReceiverState state) => state.Stage switch
    {
        HttpReceiverStage.Offered => _services.Settings.Target.Offer,
        HttpReceiverStage.Pausing => _services.Settings.Http.RetryDelay,
        HttpReceiverStage.Requesting or HttpReceiverStage.Preparing => _services.Settings.Target.Accepted,
        _ => _services.Settings.Target.Stalled,
    };

    protected override bool RestartsTimer(HttpReceiverOutput output) =>
        output is HttpReceiverOutput.Request or HttpReceiverOutput.Pause or HttpReceiverOutput.Prepare or HttpReceiverOutput.StartFlow;

    protected override HttpReceiverInput Ending(FlowEnd end) => new HttpReceiverInput.FlowEnded(end);

    /// <summary>More bytes than requested: the server has no ranges and sends the whole file.</summary>
    protected override long TotalFor(long moved) => _file.TotalFor(moved);

    protected override void Start() => Self.Tell(new HttpReceiverInput.Begin());

    protected override void PostStop()
    {
        AbandonAttempt();
        base.PostStop();
    }

    protected override HttpReceiverInput? Translate(object message) => message switch
    {
        Transfer.Accept accept => Accept(accept),
        Transfer.Decline decline => new HttpReceiverInput.Declined(decline.Reason ?? "declined"),
        UploadServices.Client client => Prepare(client.Http),
        IIncomingContent content => Prepared(content),
        Opened opened when opened.Attempt == _attempt.Token => Responded(opened.Link),
        NotOpened failed when failed.Attempt == _attempt.Token => new HttpReceiverInput.FlowEnded(failed.End),
        IncomingTransfer.Arrived arrived => _file.HasArrived(arrived) ? new HttpReceiverInput.Arrived() : null,
        _ => null,
    };

    protected override void Execute(HttpReceiverOutput output)
    {
        switch (output)
        {
            case HttpReceiverOutput.AskHost:
                Context.Parent.Tell(new Transfer.Offered(Id, _offer.Peer, _offer.To, _offer.File));
                break;
            case HttpReceiverOutput.Prepare:
                Prepare(_client!);
                break;
            case HttpReceiverOutput.Request:
                Request();
                break;
            case HttpReceiverOutput.StartFlow:
                StartFlow();
                break;
            case HttpReceiverOutput.Pause:
                AbandonAttempt();
                _file.Close();
                break;
            case HttpReceiverOutput.PutInPlace:
                _file.PutInPlace();
                break;
            case HttpReceiverOutput.Finish finish:
                _file.End(finish.Outcome, link: null);
                Finish(finish.Outcome);
                break;
        }
    }

    private HttpReceiverInput? Accept(Transfer.Accept accept)
    {
        if (Phase == TransferState.Offer && !_file.IsAccepted)
        {
            _file.Accept(accept);
            ReportTo(accept.Observer);
            _shared.Uploads.Tell(new UploadServices.GetClient(_account.Roots));
        }

        return null;
    }

    /// <summary>The file is created before the first request, or what an earlier attempt has left of it is verified.</summary>
    private HttpReceiverInput? Prepare(HttpClient client)
    {
        _client = client;
        _file.PrepareAsync(Life).PipeTo(
            Self,
            success: content => content,
            failure: exception => new HttpReceiverInput.Declined(exception.GetBaseException().Message));
        return null;
    }

    private HttpReceiverInput.Prepared Prepared(IIncomingContent content)
    {
        _file.Use(content);
        return new HttpReceiverInput.Prepared(_file.MaxSize);
    }

    private void Request()
    {
        AbandonAttempt();
        var attempt = _attempt.Token;
        var settings = _services.Settings;
        var request = new HttpDownloadRequest(
            MachineState.File, _file.Offset, settings.Http.MaxRedirects, settings.Http.PlainHttpOnLoopback);
        OpenAsync(_client!, request, settings.ChunkSize, attempt).PipeTo(
            Self,
            success: link => new Opened(link, attempt),
            failure: exception => new NotOpened(FlowFaults.Read(exception, TransferSide.Server, limitedByQuota: false), attempt));
    }

    /// <summary>The link ends with the attempt, even if it is opened after that.</summary>
    private static async Task<HttpDownload> OpenAsync(HttpClient client, HttpDownloadRequest request, int chunkSize, CancellationToken attempt)
    {
        var link = await HttpDownload.OpenAsync(client, request, chunkSize, attempt).ConfigureAwait(false);
        attempt.Register(link.Dispose);
        return link;
    }

    private HttpReceiverInput.Responded Responded(HttpDownload link)
    {
        _link = link;
        _file.Size = link.Size;
        return new HttpReceiverInput.Responded(link.Size);
    }

    private void StartFlow()
    {
        ReportMethod(StreamMethod.Http, HttpUrl.Describe(MachineState.File.Url));
        Await(_file.StartAsync(_link!, Control, NextFlow(), Context, Life), TransferSide.Server, _file.IsLimitedByQuota);
    }

    private void AbandonAttempt()
    {
        _attempt.Cancel();
        _attempt.Dispose();
        _attempt = new CancellationTokenSource();
        _link = null;
        _file.ForgetFlow();
        ForgetFlow();
    }

    /// <summary>A cancelled attempt may have succeeded at that moment.</summary>
    private sealed record Opened(HttpDownload Link, CancellationToken Attempt);

    private sealed record NotOpened(FlowEnd End, CancellationToken Attempt);
}
