using Akka.Streams.Implementation;
using Akka.Streams.Stage;

namespace Akka.Streams;

public interface IKillSwitch
{
    /// <summary>Completes what is downstream of the switch and cancels what is upstream.</summary>
    void Shutdown();

    /// <summary>Fails what is downstream of the switch and cancels what is upstream, with that cause.</summary>
    void Abort(Exception cause);
}

public static class KillSwitches
{
    /// <summary>A switch for any number of streams.</summary>
    public static SharedKillSwitch Shared(string name) => new(name);

    /// <summary>A stage that materializes its own switch.</summary>
    public static IGraph<FlowShape<T, T>, UniqueKillSwitch> Single<T>() => UniqueKillSwitchStage<T>.Instance;
}

public sealed class UniqueKillSwitch : IKillSwitch
{
    internal UniqueKillSwitch() { }

    internal KillSignal Signal { get; } = new();

    public void Shutdown() => Signal.Fire(null);

    public void Abort(Exception cause) => Signal.Fire(cause ?? throw new ArgumentNullException(nameof(cause)));

    public override string ToString() => "UniqueKillSwitch";
}

public sealed class SharedKillSwitch : IKillSwitch
{
    private readonly string _name;

    internal SharedKillSwitch(string name) => _name = name;

    internal KillSignal Signal { get; } = new();

    public void Shutdown() => Signal.Fire(null);

    public void Abort(Exception cause) => Signal.Fire(cause ?? throw new ArgumentNullException(nameof(cause)));

    public IGraph<FlowShape<T, T>, SharedKillSwitch> Flow<T>() => new SharedKillSwitchStage<T>(this);

    public override string ToString() => $"SharedKillSwitch({_name})";
}
