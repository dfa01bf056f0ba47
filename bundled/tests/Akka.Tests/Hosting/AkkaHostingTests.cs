using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorTransfer.Bundled.Tests.Hosting;

public class AkkaHostingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Host_must_start_the_system_with_its_actors_and_settings()
    {
        using var host = CreateHost(builder => builder
            .AddHocon("sample { a = 1, b = 1 }", HoconAddMode.Append)
            .AddHocon("sample { b = 2, c = 2 }", HoconAddMode.Prepend)
            .AddHocon("sample { a = 3, d = 3 }", HoconAddMode.Append)
            .WithActors((system, registry) => registry.Register<Echo>(system.ActorOf(Props.Create<Echo>(), "echo"))));

        await host.StartAsync();

        var system = host.Services.GetRequiredService<ActorSystem>();
        var sample = system.Settings.Config.GetConfig("sample");
        Assert.Equal("hosted", system.Name);
        Assert.Equal([1, 2, 2, 3], new[] { "a", "b", "c", "d" }.Select(key => sample.GetInt(key)));
        var echo = host.Services.GetRequiredService<ActorRegistry>().Get<Echo>();
        Assert.Equal("akka://hosted/user/echo", echo.Path.ToString());
        Assert.Equal("hello", await echo.Ask<string>("hello", Limit));
        await host.StopAsync();
    }

    [Fact]
    public async Task Builder_must_be_run_with_the_services_of_the_host()
    {
        using var host = new HostBuilder()
            .ConfigureServices(services => services
                .AddSingleton("from the host")
                .AddAkka("hosted", (builder, provider) => builder.AddHocon(
                    $"greeting = \"{provider.GetRequiredService<string>()}\"", HoconAddMode.Prepend)))
            .Build();

        await host.StartAsync();

        Assert.Equal("from the host", host.Services.GetRequiredService<ActorSystem>().Settings.Config.GetString("greeting"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Starters_must_run_one_after_another()
    {
        var order = new List<string>();
        using var host = CreateHost(builder => builder
            .WithActors((system, registry) =>
            {
                order.Add("first");
                registry.Register<Echo>(system.ActorOf(Props.Create<Echo>()));
            })
            .WithActors((_, registry) => order.Add(registry.TryGet<Echo>(out var _) ? "second with actor" : "second without actor")));

        await host.StartAsync();

        Assert.Equal(["first", "second with actor"], order);
        await host.StopAsync();
    }

    [Fact]
    public async Task Stopping_the_host_must_run_the_coordinated_shutdown_and_end_the_system()
    {
        var order = new List<string>();
        using var host = CreateHost(builder => builder.WithActors((system, _) =>
        {
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "drain", () =>
            {
                order.Add(system.WhenTerminated.IsCompleted ? "too late" : "drained");
                return Task.FromResult(Akka.Done.Instance);
            });
        }));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();

        await host.StopAsync();

        await system.WhenTerminated.WaitAsync(Limit);
        Assert.Equal(["drained"], order);
        Assert.Equal(CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.Get(system).ShutdownReason);
    }

    [Fact]
    public async Task Host_must_stop_when_the_system_ends_by_itself()
    {
        using var host = CreateHost(_ => { });
        await host.StartAsync();
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        await host.Services.GetRequiredService<ActorSystem>().Terminate();

        await stopping.Task.WaitAsync(Limit);
        await host.StopAsync();
    }

    [Fact]
    public async Task Failing_starter_must_fail_the_start_and_end_the_system()
    {
        using var host = CreateHost(builder => builder.WithActors((_, _) => throw new InvalidOperationException("no way")));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Equal("no way", failure.Message);
        await host.Services.GetRequiredService<ActorSystem>().WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task Required_actor_must_find_the_registered_one()
    {
        using var host = CreateHost(builder => builder
            .WithActors((system, registry) => registry.Register<Echo>(system.ActorOf(Props.Create<Echo>()))));
        var required = host.Services.GetRequiredService<IRequiredActor<Echo>>();
        var early = required.GetAsync();
        Assert.Throws<MissingActorRegistryEntryException>(() => required.ActorRef);
        Assert.False(early.IsCompleted);

        await host.StartAsync();

        var echo = await early.WaitAsync(Limit);
        Assert.Equal(echo, required.ActorRef);
        Assert.Equal(echo, host.Services.GetRequiredService<IActorRegistry>().Get<Echo>());
        await host.StopAsync();
    }

    private static IHost CreateHost(Action<AkkaConfigurationBuilder> configure) => new HostBuilder()
        .ConfigureServices(services => services.AddAkka("hosted", (builder, _) => configure(builder)))
        .Build();

    public sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
