// A service that receives files from known senders. Every setting is in appsettings.json, the password in the variable
// ActorTransfer__Accounts__0__Password (or a file named there by PasswordFile).
using ActorTransfer;
using WorkerService;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddActorTransfer(o => { }); // the section ActorTransfer of the configuration
builder.Services.AddHostedService<Inbox>();
builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(30)); // 10 s more than running transfers may take
builder.Build().Run();
