using ActorTransfer;
using ActorTransfer.Cluster.Node;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A node of a cluster for tests, which start it as a process of its own: a component and accounts of a server on loopback. It accepts all offers. Commands come
// on standard input, one a line; events go to standard output, one JSON object a line. It stops on SIGTERM, and when it is removed from the cluster.
// Arguments: ports of the server for components and for clients, secret, folder of its log, folder that all nodes share, file with accounts, file with HOCON,
// address of a node to join or nothing.
var (port, secret, folder, shared, hocon) = (int.Parse(args[0]), args[2], args[3], args[4], File.ReadAllText(args[6]));
var directory = new FileAccounts(args[5], int.Parse(args[1]));
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Logging.AddProvider(new FileLog(Path.Combine(folder, "log.txt")));
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(40));
builder.Services.AddActorTransferClusterServices().AddAkka("cluster", akka => akka
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
        .AddAccounts(directory)
        .ShareFolder(shared)
        .Engine.WithHocon("actor-transfer { addresses.allow = [loopback], files.checkpoint = 128KiB }").DownloadTo(Path.Combine(shared, "in"))));
using var host = builder.Build();
await host.StartAsync();
var system = host.Services.GetRequiredService<ActorSystem>();
var cluster = Akka.Cluster.Cluster.Get(system);
await cluster.JoinAsync(args.Length > 7 ? Address.Parse(args[7]) : cluster.SelfAddress);
var transfers = host.Services.GetRequiredService<IFileTransfers>();
var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
var work = new NodeWork(transfers, host.Services.GetRequiredService<IClusterAccounts>(), stopping);
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
                _ = work.SendAsync(Jid.Parse(words[1]), new FileInfo(words[2]), [], "sent");
                break;
            case "send-through-accounts":
                _ = work.SendAsync(Jid.Parse(words[1]), new FileInfo(words[2]), directory.Names, "sent-through-accounts");
                break;
            case "rest":
                await work.RestAsync();
                break;
            case "accounts":
                await work.LocateAsync(directory.Names);
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
