using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Finds dispatchers by the name that props or a materializer give, which is the path of their configuration.</summary>
public sealed class Dispatchers
{
    public const string DefaultDispatcherId = MessageDispatcher.DefaultId;

    private readonly ConcurrentDictionary<string, Lazy<MessageDispatcher>> _made = new();
    private readonly Config _config;

    internal Dispatchers(Config config)
    {
        _config = config;
        Add(DefaultDispatcherId, new ThreadPoolDispatcher(Math.Max(1, config.GetInt("akka.actor.default-dispatcher.throughput", 30))));
        Add(MessageDispatcher.CallingThreadId, new CallingThreadDispatcher());
    }

    public MessageDispatcher DefaultGlobalDispatcher => Lookup(DefaultDispatcherId);

    public bool HasDispatcher(string id) => _made.ContainsKey(id) || _config.HasPath(id);

    public MessageDispatcher Lookup(string dispatcherName) => HasDispatcher(dispatcherName)
        ? _made.GetOrAdd(dispatcherName, id => new Lazy<MessageDispatcher>(() => Make(id))).Value
        : throw new ConfigurationException($"Dispatcher {dispatcherName} not configured.");

    private void Add(string id, MessageDispatcher dispatcher) => _made[id] = new Lazy<MessageDispatcher>(dispatcher);

    private MessageDispatcher Make(string id)
    {
        var throughput = _config.GetInt(id + ".throughput", 30);
        var type = _config.GetString(id + ".type");
        return type == "ForkJoinDispatcher"
            ? new ForkJoinDispatcher(id, throughput, _config.GetInt(id + ".dedicated-thread-pool.thread-count", Environment.ProcessorCount))
            : throw new ConfigurationException($"Could not resolve dispatcher type {type} for path {id}");
    }
}
