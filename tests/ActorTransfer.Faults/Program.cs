using System.Globalization;
using ActorTransfer.Faults;
using ActorTransfer.Faults.Disks;
using ActorTransfer.Faults.Load;
using ActorTransfer.Faults.Processes;

// What fails, on purpose and repeatably:
//   disk --runs N --seed N                   disks that fail, processes that die and machines that stop, at a random call to the disk each
//   kill --role ROLE --runs N --seed N       kill -9 of sender, receiver, proxy, server or all of them, within transfers; then they start again
//   suspend --role ROLE --runs N --seed N    the same with SIGSTOP and SIGCONT
//   overload --seconds N --only NAME,..      twice each limit, and an application that takes threads, memory and descriptors
//   clock --seconds N                        transfers while the time of day jumps
//   mixed --seconds N --per-second N         mixed traffic for a long time: what grows
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var arguments = new Arguments(args);
return args.FirstOrDefault() switch
{
    "disk" => await DiskCommand.RunAsync(arguments),
    "kill" => await KillCommand.RunAsync(arguments, suspends: false),
    "suspend" => await KillCommand.RunAsync(arguments, suspends: true),
    "overload" => await OverloadCommand.RunAsync(arguments),
    "clock" => await ClockCommand.RunAsync(arguments),
    "mixed" => await MixedCommand.RunAsync(arguments),
    "node" => await NodeCommand.RunAsync(arguments),
    _ => throw new ArgumentException("Commands: disk, kill, suspend, overload, clock, mixed."),
};
