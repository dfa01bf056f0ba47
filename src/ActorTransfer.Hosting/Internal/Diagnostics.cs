using System.Runtime.CompilerServices;
using ActorTransfer.Actors;
using ActorTransfer.Actors.Connections;
using Akka.Actor;
using Akka.Streams;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Implementation of <see cref="IDiagnostics"/>: looks the server up, logs in, then executes a <see cref="DiagnosticRun"/>.</summary>
internal sealed class Diagnostics(EngineInstance engine, IFileTransfers transfers, ActorSystem system) : IDiagnostics
{
    public async IAsyncEnumerable<DiagnosticStep> RunAsync(string account, Jid? to = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var definition = engine.Lifetime.Current?.Definitions.GetValueOrDefault(account)
            ?? engine.Options.Build().Accounts.FirstOrDefault(known => known.Name == account)
            ?? throw new ArgumentException($"There is no account named {account}.", nameof(account));
        var settings = engine.Settings;
        if (definition.Link is LinkDefinition.Client client)
        {
            yield return await ServerStep.RunAsync(client.Address, settings.Connection, ct).ConfigureAwait(false);
        }

        var watch = StepWatch.Start();
        var login = await LoginAsync(account, ct).ConfigureAwait(false);
        if (login.Self is not { } self)
        {
            yield return watch.Step("login", DiagnosticResult.Failed, login.Detail);
            yield return watch.Step("conclusion", DiagnosticResult.Failed, "Files cannot be sent or received: the login failed.");
            yield break;
        }

        yield return watch.Step("login", DiagnosticResult.Ok, login.Detail);
        var findings = new MethodFindings();
        if (to is { IsOneEntity: false } peer)
        {
            (to, var step) = await FindAsync(login.Parts!.Contacts[account], peer, settings.Initiator.Signalling, findings, ct).ConfigureAwait(false);
            yield return step;
        }

        var run = new DiagnosticRun(login.Parts!, login.Parts!.Connections[account], self, settings, system.Materializer(), findings);
        await foreach (var step in run.RunAsync(definition.Server, to, ct).ConfigureAwait(false))
        {
            yield return step;
        }
    }

    /// <summary>The resource that a transfer to this bare JID would use.</summary>
    private static async Task<(Jid? Resource, DiagnosticStep Step)> FindAsync(
        IActorRef contacts, Jid peer, Signalling signalling, MethodFindings findings, CancellationToken ct)
    {
        var watch = StepWatch.Start();
        var found = await contacts.Ask<object>(new Contacts.FindResource(peer, signalling), Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
        if (found is Contacts.Found { Resource: var resource })
        {
            return (resource, watch.Step($"resource of {peer}", DiagnosticResult.Ok, $"{resource}"));
        }

        var detail = ((Contacts.NotFound)found).Detail;
        findings.ExcludePeer(detail);
        return (null, watch.Step($"resource of {peer}", DiagnosticResult.Failed, detail));
    }

    private async Task<Login> LoginAsync(string account, CancellationToken ct)
    {
        try
        {
            await transfers.ReadyAsync(keepTrying: false, ct).ConfigureAwait(false);
        }
        catch (EngineException exception)
        {
            return new Login(null, null, exception.Message);
        }

        var parts = await engine.Lifetime.RunningAsync(ct).ConfigureAwait(false);
        var status = await parts.Connections[account].Ask<object>(new Connection.Subscribe(), Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false);
        return status switch
        {
            Connection.Up up => new Login(parts, up.Self, $"as {up.Self}"),
            Connection.Lost lost => new Login(null, null, lost.Reason),
            _ => throw new InvalidOperationException($"Unexpected reply to a subscription: {status.GetType()}."),
        };
    }

    private sealed record Login(Engine.Parts? Parts, Jid? Self, string Detail);
}
