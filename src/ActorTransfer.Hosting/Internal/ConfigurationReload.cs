using ActorTransfer.Actors;
using ActorTransfer.Actors.Settings;
using ActorTransfer.Hosting.Configuration;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Primitives;

namespace ActorTransfer.Hosting.Internal;

/// <summary>Applies changes of the application's configuration while the engine runs. Used by the <see cref="TransferGateway"/> only.</summary>
/// <param name="code">How the application's code configured the engine.</param>
/// <param name="setup">What applies.</param>
internal sealed class ConfigurationReload(ActorTransferOptions code, EngineSetup setup)
{
    private readonly EngineSetup _first = setup;
    private EngineSetup _setup = setup;
    private IActorRef _engine = ActorRefs.Nobody;

    /// <summary>The gateway gets <see cref="Changed"/> at each change, until the engine ends.</summary>
    public void Watch(IActorRef gateway, IActorRef engine, Task ended)
    {
        _engine = engine;
        if (code.Configuration is { } section)
        {
            var watching = ChangeToken.OnChange(section.GetReloadToken, () => gateway.Tell(new Changed()));
            _ = StopAsync(watching, ended);
        }
    }

    /// <summary>Applies what can be changed. An invalid configuration changes nothing.</summary>
    public void Apply(ILoggingAdapter log)
    {
        EngineSetup next;
        try
        {
            next = EngineSetup.Read(code);
        }
        catch (ConfigurationException fault)
        {
            log.Write(HostingLog.ConfigurationInvalid, fault.Message);
            return;
        }

        var changed = _setup.ChangedSettings(next).ToList();
        var applied = changed.Where(EngineSettings.IsReloadable).Concat(_setup.ChangedAccess(next)).ToList();
        if (applied.Count > 0)
        {
            _engine.Tell(new Engine.Reload(next.Settings) { Proxies = next.Proxies });
            log.Write(HostingLog.ConfigurationReloaded, string.Join(", ", applied));
        }

        string[] differing = [.. _first.ChangedSettings(next), .. _first.ChangedAccounts(next)]; // from what the engine has started with
        var others = changed.Except(applied).Concat(_setup.ChangedAccounts(next)).Intersect(differing).ToList();
        if (others.Count > 0)
        {
            log.Write(HostingLog.RestartNeeded, string.Join(", ", others));
        }

        _setup = next;
    }

    private static async Task StopAsync(IDisposable watching, Task ended)
    {
        await ended.ConfigureAwait(false);
        watching.Dispose();
    }

    /// <summary>The configuration has changed.</summary>
    internal sealed record Changed;
}
