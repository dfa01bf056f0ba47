using System.Diagnostics;
using System.Security.Cryptography;
using ActorTransfer.Actors.Connections;
using ActorTransfer.Actors.Logging;
using ActorTransfer.Actors.Uploads;
using ActorTransfer.Extensibility;
using ActorTransfer.Protocol;
using ActorTransfer.Protocol.FileTransfer;
using ActorTransfer.Protocol.HttpUpload;
using ActorTransfer.Protocol.Stanzas;
using ActorTransfer.Transports.Http;
using Akka.Actor;

namespace ActorTransfer.Actors.Transfers;

/// <summary>One upload. States: Offer (service and slot), Accepted (connecting), Streaming (upload and message), end.</summary>
internal sealed class HttpSenderActor : TransferActor<HttpSenderState, HttpSenderInput, HttpSenderOutput>
{
    private readonly HttpSenderPlan _plan;
    private readonly IOutgoingContent _content;
    private readonly Account _account;
    private readonly TransferServices _services;
    private readonly SharedServices _shared;
    private HttpClient? _client;
    private HttpUploadLink? _link;
    private AesGcmKey? _key;

    /// <summary>Use <see cref="Props"/>.</summary>
    public HttpSenderActor(
        TransferId id, HttpSenderPlan plan, Transfer.Send order, Account account, TransferServices services, SharedServices shared, ActivityContext trace)
        : base(id, plan.Self, sends: true, order.Observer, new HttpSenderState(plan), shared.Metrics, trace)
    {
        _plan = plan;
        _content = order.Content;
        _account = account;
        _services = services;
        _shared = shared;
    }

    protected override LogScope Scope => new(Id, "", _account.Name, _plan.Peer);

    protected override HttpSenderInput TimedOut => new HttpSenderInput.TimedOut();

    protected override HttpSenderInput Moved => new HttpSenderInput.Progressed();

    public static Props Props(
        TransferId id, HttpSenderPlan plan, Transfer.Send order, Account account, TransferServices services, SharedServices shared, ActivityContext trace) =>
        ActorProps.Create(() => new HttpSenderActor(id, plan, order, account, services, shared, trace));

    protected override HttpSenderInput Cancel(Transfer.Cancel cancel) => new HttpSenderInput.Cancel(cancel.Reason);

    protected override Step<HttpSenderState, HttpSenderOutput> Next(HttpSenderState state, HttpSenderInput input) => HttpSender.Next(state, input);

    protected override TransferState PhaseOf(HttpSenderState state) => state.Phase;

    protected override TimeSpan TimeFor(HttpSenderState state)
    {
        var settings = _services.Settings.Http;
        return state.Stage switch
        {
            HttpSenderStage.Discovering => settings.Discovery,
            HttpSenderStage.RequestingSlot => settings.Slot,
            HttpSenderStage.Pausing => settings.RetryDelay,
            HttpSenderStage.Announcing => settings.Message,
            _ => _services.Settings.Initiator.Stalled,
        };
    }

    protected override bool RestartsTimer(HttpSenderOutput output) =>
        output is HttpSenderOutput.RequestSlot or HttpSenderOutput.Pause or HttpSenderOutput.Announce;

    protected override HttpSenderInput Ending(FlowEnd end) => new HttpSenderInput.FlowEnded(end);

    protected override long TotalFor(long moved) => _plan.File.Size;

    protected override void Start() => Self.Tell(new HttpSenderInput.Begin());

    protected override void PostStop()
    {
        AbandonAttempt();
        base.PostStop();
    }

    protected override HttpSenderInput? Translate(object message)
    {
        switch (message)
        {
            case UploadServices.Found found:
                _client = found.Client;
                return new HttpSenderInput.ServiceFound(found.Service, found.Loss);
            case Connection.Answered answered:
                return new HttpSenderInput.SlotAnswered(answered.Answer);
            case Connection.MessageSent sent:
                return new HttpSenderInput.MessageSent(sent.Loss);
            default:
                return null;
        }
    }

    protected override void Execute(HttpSenderOutput output)
    {
        switch (output)
        {
            case HttpSenderOutput.FindService:
                _shared.Uploads.Tell(new UploadServices.Find(_account.Server ?? Jid.Parse(_plan.Self.Domain), _account.Connection, _account.Roots));
                break;
            case HttpSenderOutput.RequestSlot request:
                _account.Connection.Tell(new Connection.Ask(
                    IqType.Get, _plan.Self, request.Service, request.Payload, _services.Settings.Http.Slot, request)
                {
                    Id = Spans.NewStanzaId(),
                });
                break;
            case HttpSenderOutput.StartUpload start:
                StartUpload(start.Slot);
                break;
            case HttpSenderOutput.Pause:
                AbandonAttempt();
                break;
            case HttpSenderOutput.Announce announce:
                var message = HttpSender.Shared(_plan, announce, _key).ToMessage(_plan.Self, _plan.Peer, StanzaIds.Random());
                _account.Connection.Tell(new Connection.SendMessage(message, Id));
                break;
            case HttpSenderOutput.Finish finish:
                Finish(finish.Outcome);
                break;
        }
    }

    private void StartUpload(UploadSlot slot)
    {
        ReportMethod(StreamMethod.Http, HttpUrl.Describe(slot.Put));
        _key = _plan.Encrypts ? NewKey() : null;
        _link = new HttpUploadLink(_client!, new HttpUploadRequest(slot, _plan.UploadSize, _plan.MediaType, _key));
        var flow = new SendingFlow(_content, _services, _shared, Control, Life);
        var staged = _services.Stages is null ? null : new StagedTransfer(Id, _plan.Peer, Address, _plan.File, Sends: true);
        Await(flow.StartAsync(_link, 0, _plan.File.Size, staged, NextFlow(), Context), TransferSide.Local);
    }

    private static AesGcmKey NewKey() => new(RandomNumberGenerator.GetBytes(AesGcmKey.IvLength), RandomNumberGenerator.GetBytes(AesGcmKey.KeyLength));

    private void AbandonAttempt()
    {
        _link?.Dispose();
        _link = null;
        ForgetFlow();
    }
}
