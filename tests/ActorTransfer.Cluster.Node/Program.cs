using ActorTransfer;
using ActorTransfer.Cluster.Node;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A node of a cluster for tests, which start it as a process of its own: a component of a server on loopback. It accepts all offers. Commands come on standard
// input, one a line; events go to standard output, one JSON object a line. It stops on SIGTERM, and when it is removed from the cluster.
// Arguments: port of the server, secret, folder, file with HOCON, address of a node to join or nothing.
var (port, secret, folder, hocon) = (int.Parse(args[0]), args[1], args[2], File.ReadAllText(args[3]));
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Logging.AddProvider(new FileLog(Path.Combine(folder, "log.txt")));
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(40));
builder.Services.AddActorTransferServices().AddAkka("cluster", akka => akka
    .AddHocon(hocon, HoconAddMode.Prepend)
    .ConfigureLoggers(loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
    })
    .WithRemoting("127.0.0.1", 0)
    .WithClustering()
    .WithActorTransferCluster(options => options
        .AddComponent(new ComponentAccount { Host = "127.0.0.1", Port = port, Jid = Jid.Parse("files.localhost"), Secret = secret })
        .Engine.WithHocon("actor-transfer.addresses.allow = [loopback]").DownloadTo(Path.Combine(folder, "in"))));
using var host = builder.Build();
await host.StartAsync();
var system = host.Services.GetRequiredService<ActorSystem>();
var cluster = Akka.Cluster.Cluster.Get(system);
await cluster.JoinAsync(args.Length > 4 ? Address.Parse(args[4]) : cluster.SelfAddress);
var transfers = host.Services.GetRequiredService<IFileTransfers>();
var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
var work = new NodeWork(transfers, stopping);
await transfers.ReadyAsync(stopping);
NodeWork.Write("ready", cluster.SelfAddress.ToString());
_ = work.ReceiveAsync();
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        var words = line.Split(' ');
        switch (words[0])
        {
            case "send":
                _ = work.SendAsync(Jid.Parse(words[1]), new FileInfo(words[2]));
                break;
            case "cut":
                await NodeNetwork.CutAsync(system, words[1..]);
                NodeWork.Write("cut", "");
                break;
        }
    }
});
await host.WaitForShutdownAsync();
await work.Completed;
NodeWork.Write("stopped", "");
