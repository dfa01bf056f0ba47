using System.Diagnostics;
using ActorTransfer.Actors.Files;
using ActorTransfer.Actors.Transfers;
using ActorTransfer.Cluster.Messages;
using ActorTransfer.Extensibility;
using ActorTransfer.Hosting.Internal;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace ActorTransfer.Cluster.Accounts;

/// <summary>
/// A transfer of this node that another node has requested: opens the content, sends it, and reports its events to that node. If that node is lost, the
/// transfer continues; if only the request has ended, it is cancelled.
/// </summary>
internal sealed class RemoteSendActor : ReceiveActor
{
    private readonly AccountMessage.Send _send;
    private readonly IActorRef _requester;
    private readonly EngineInstance _engine;
    private readonly IContentResolver? _resolver;
    private readonly CancellationTokenSource _life = new();
    private IOutgoingContent? _content;
    private IActorRef _transfers = ActorRefs.Nobody;
    private TransferId? _id;
    private bool _isCancelled;

    /// <summary>Use <see cref="Props(AccountMessage.Send, IActorRef, EngineInstance, IContentResolver, Func{string, bool})"/>.</summary>
    public RemoteSendActor(
        AccountMessage.Send send, IActorRef requester, EngineInstance engine, IContentResolver? resolver, Func<string, bool> leaves)
    {
        (_send, _requester, _engine, _resolver) = (send, requester, engine, resolver);
        Receive<Opened>(Begin);
        Receive<AccountMessage.NotSent>(Refuse);
        Receive<Transfer.NotStarted>(_ => PassOn(), _ => leaves(send.Account));
        Receive<Transfer.NotStarted>(refused => Refuse(new AccountMessage.NotSent((int)refused.Reason, refused.Detail)));
        Receive<Transfer.Started>(Started);
        Receive<Transfer.Ended>(ended => End(TransferEvents.ToMessage(ended.Outcome)));
        Receive<Transfer.IEvent>(Report);
        Receive<AccountMessage.Cancel>(_ => Cancel());
        Receive<AccountMessage.Pause>(pause => Pause(pause.IsPaused), _ => _id is not null);
        Receive<Terminated>(lost => Lost(lost.AddressTerminated));
    }

    /// <param name="send">The request.</param>
    /// <param name="requester">Gets the events.</param>
    /// <param name="engine">The engine of this node.</param>
    /// <param name="resolver">Opens named content.</param>
    /// <param name="leaves">Whether an account is about to leave this node.</param>
    public static Props Props(
        AccountMessage.Send send, IActorRef requester, EngineInstance engine, IContentResolver? resolver, Func<string, bool> leaves) =>
        Akka.Actor.Props.Create(() => new RemoteSendActor(send, requester, engine, resolver, leaves));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.Watch(_requester);
        OpenAsync().PipeTo(Self, failure: exception => new AccountMessage.NotSent(
            (int)(exception is IOException or UnauthorizedAccessException ? FailureReason.FileUnreadable : FailureReason.InternalError), exception.Message));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _life.Cancel();
        _life.Dispose();
        (_content as IDisposable)?.Dispose();
    }

    private async Task<Opened> OpenAsync()
    {
        var transfers = (await _engine.Lifetime.RunningAsync(_life.Token).ConfigureAwait(false)).Transfers;
        return new Opened(transfers, _send.Path.Length > 0 ? new FileContent(new FileInfo(_send.Path))
            : _resolver is { } resolver ? await resolver.OpenAsync(_send.Content, TransferEvents.ToDescription(_send.File), _life.Token).ConfigureAwait(false)
            : throw new IOException($"The node of the account has no {nameof(IContentResolver)}."));
    }

    private void Begin(Opened opened)
    {
        _content = opened.Content;
        _transfers = opened.Transfers;
        if (_isCancelled || !Jid.TryParse(_send.To, out var to))
        {
            Refuse(new AccountMessage.NotSent((int)FailureReason.InternalError, "The transfer was cancelled before it began."));
            return;
        }

        var from = Jid.TryParse(_send.From, out var own) ? own : null;
        _transfers.Tell(new Transfer.Send(_send.Account, from, to, _content, Self)
        {
            Terms = SendRequests.ToTerms(_send),
            Parent = ActivityContext.TryParse(_send.TraceParent, null, isRemote: true, out var parent) ? parent : default,
        });
    }

    private void Started(Transfer.Started started)
    {
        _id = started.Id;
        _requester.Tell(new AccountMessage.Sent(started.Id.Value, started.Id.Node));
        if (_isCancelled)
        {
            Cancel();
        }
    }

    private void Refuse(AccountMessage.NotSent refused)
    {
        _requester.Tell(refused);
        Context.Stop(Self);
    }

    /// <summary>The account began to leave this node when the request was on its way: the next node sends.</summary>
    private void PassOn()
    {
        ClusterSharding.Get(Context.System).ShardRegion(AccountRegion.TypeName).Tell(_send, _requester);
        Context.Stop(Self);
    }

    private void Report(Transfer.IEvent happened)
    {
        if (TransferEvents.ToMessage(happened) is { } message)
        {
            _requester.Tell(message);
        }
    }

    private void End(AccountMessage.Ended ended)
    {
        _requester.Tell(ended);
        Context.Stop(Self);
    }

    private void Cancel()
    {
        _isCancelled = true;
        if (_id is { } id)
        {
            _transfers.Tell(new Transfer.Cancel(id));
        }
    }

    private void Pause(bool isPaused) => _transfers.Tell(isPaused ? new Transfer.Pause(_id!.Value) : new Transfer.Resume(_id!.Value));

    private void Lost(bool withItsNode)
    {
        if (!withItsNode)
        {
            Cancel();
        }
    }

    private sealed record Opened(IActorRef Transfers, IOutgoingContent Content);
}
