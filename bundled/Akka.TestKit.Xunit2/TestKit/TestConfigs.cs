using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit.Configs
{
    /// <summary>Configurations to start a test with.</summary>
    public static class TestConfigs
    {
        /// <summary>What every test kit falls back to.</summary>
        public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString("""
            akka {
              loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
              test {
                timefactor = 1.0
                filter-leeway = 3s
                single-expect-default = 3s
                default-timeout = 5s
              }
            }
            """);

        /// <summary>Time stands still until <see cref="TestScheduler.Advance"/> moves it.</summary>
        public static Config TestSchedulerConfig { get; } = ConfigurationFactory
            .ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
            .WithFallback(DefaultConfig);
    }
}

namespace Akka.TestKit
{
    /// <summary>The time limits of a test kit, from <c>akka.test</c>.</summary>
    public class TestKitSettings : IExtension
    {
        public TestKitSettings(Config config)
        {
            DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", null, allowInfinite: false);
            SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", null, allowInfinite: false);
            TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", null, allowInfinite: false);
            TestTimeFactor = config.GetDouble("akka.test.timefactor");
            if (TestTimeFactor <= 0)
                throw new ConfigurationException($"akka.test.timefactor must be positive, not {TestTimeFactor}");
        }

        public TimeSpan DefaultTimeout { get; }

        /// <summary>How long to wait for a message, or for none, when the test does not say and is not inside Within.</summary>
        public TimeSpan SingleExpectDefault { get; }

        /// <summary>How long an event filter waits for its events after the code under it has run.</summary>
        public TimeSpan TestEventFilterLeeway { get; }

        /// <summary>By how much slow machines stretch the limits that a test names.</summary>
        public double TestTimeFactor { get; }
    }
}
