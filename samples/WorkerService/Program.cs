// A service that receives files from known senders. Every setting is in appsettings.json, the password in the variable Inbox__Password.
using ActorTransfer;
using WorkerService;

var builder = Host.CreateApplicationBuilder(args);
var section = builder.Configuration.GetRequiredSection("Inbox");
var inbox = section.Get<InboxOptions>() ?? throw new InvalidOperationException("Section Inbox is empty.");
builder.Services.Configure<InboxOptions>(section);
builder.Services.AddActorTransfer(o => o
    .AddClient(inbox.Address)
    .DownloadTo(inbox.Folder)
    .WithHocon($"actor-transfer.files.max-size = {inbox.MaxSize}"));
builder.Services.AddHostedService<Inbox>();
builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30)); // 10 s more than running transfers may take
builder.Build().Run();
