using Akka.Streams.Implementation;

namespace Akka.Streams;

public static class KillSwitches
{
    /// <summary>A switch for any number of streams.</summary>
    public static SharedKillSwitch Shared(string name) => new(name);

    /// <summary>A stage that materializes its own switch.</summary>
    public static IGraph<FlowShape<T, T>, UniqueKillSwitch> Single<T>() => UniqueKillSwitchStage<T>.Instance;
}

public sealed class UniqueKillSwitch
{
    internal UniqueKillSwitch() { }

    internal KillSignal Signal { get; } = new();

    public void Shutdown() => Signal.Fire(null);

    public void Abort(Exception cause) => Signal.Fire(cause ?? throw new ArgumentNullException(nameof(cause)));
}

public sealed class SharedKillSwitch
{
    private readonly string _name;

    internal SharedKillSwitch(string name) => _name = name;

    internal KillSignal Signal { get; } = new();

    public void Shutdown() => Signal.Fire(null);

    public void Abort(Exception cause) => Signal.Fire(cause ?? throw new ArgumentNullException(nameof(cause)));

    public IGraph<FlowShape<T, T>, SharedKillSwitch> Flow<T>() => new SharedKillSwitchStage<T>(this);

    public override string ToString() => $"SharedKillSwitch({_name})";
}
