using System.Globalization;
using System.Runtime.InteropServices;
using ActorTransfer.Cli;

// Numbers and times do not depend on the machine's language: scripts read them.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// The first signal cancels the transfer on both sides and lets the command clean up; a second one ends the process.
using var interrupted = new CancellationTokenSource();
void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interrupted.IsCancellationRequested;
    interrupted.Cancel();
}

using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
var terminal = Terminal.OfProcess();
AppDomain.CurrentDomain.UnhandledException += (_, fault) => Environment.Exit((int)CommandLine.Crashed(args, terminal, fault.ExceptionObject));
return (int)await CommandLine.RunAsync(args, terminal, interrupted.Token);
