using Akka.Actor;

namespace Akka.Configuration;

/// <summary>The configuration is wrong or lacks something.</summary>
public class ConfigurationException : AkkaException
{
    public ConfigurationException(string message) : base(message)
    {
    }

    public ConfigurationException(string message, Exception exception) : base(message, exception)
    {
    }

    public static ConfigurationException NullOrEmptyConfig<T>(string path = null) => new(string.IsNullOrWhiteSpace(path)
        ? $"Cannot create {typeof(T).Name}: its configuration is null or empty"
        : $"Cannot create {typeof(T).Name}: the configuration lacks `{path}`");
}
