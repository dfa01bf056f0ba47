// Takes a file by HTTP and sends it over XMPP while it arrives: curl -T photo.jpg http://localhost:5000/files/bob@example.org/
// Options: --account alice@example.org --password secret. Put authentication before it: any caller sends as this account.
// http://localhost:5000/transfers shows all transfers, to this machine only.
using ActorTransfer;
using Microsoft.AspNetCore.Http.HttpResults;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
builder.Services.AddActorTransfer(o => o
    .AddClient(new ClientAccount
    {
        Jid = Jid.Parse(settings["account"]!),
        Host = settings["host"],
        Port = settings.GetValue<int?>("port"),
        Password = settings["password"]!,
    })
    .WithHocon("actor-transfer.target.enabled = off")); // it only sends
builder.Services.AddHealthChecks().AddActorTransfer();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 10L << 30); // bytes are never kept here
var app = builder.Build();
app.MapHealthChecks("/health");
app.MapActorTransfer("/transfers");
app.MapPut("/files/{to}/{name}", UploadAsync);
app.Run();

static async Task<Results<Ok<Sent>, ProblemHttpResult>> UploadAsync(
    string to, string name, HttpRequest request, IFileTransfers transfers, CancellationToken aborted)
{
    if (!Jid.TryParse(to, out var peer))
    {
        return Problem(StatusCodes.Status400BadRequest, "The receiver is not a JID.");
    }

    if (request.ContentLength is not { } length)
    {
        return Problem(StatusCodes.Status411LengthRequired, "The size of the file is needed before it is offered.");
    }

    // The name is any text of the caller: only the engine uses it, and sends it without folders and control characters.
    // The body is read at the pace of the peer, and not before the peer has accepted: Kestrel stops reading, and so does the caller.
    var transfer = await transfers.SendAsync(peer, request.BodyReader, new FileDescription(name, length), ct: aborted);
    await using var cancelling = aborted.Register(transfer.Cancel); // the caller has gone
    return await transfer.Completion switch
    {
        TransferOutcome.Completed sent => TypedResults.Ok(new Sent(transfer.Peer.ToString(), sent.Bytes, sent.Sha256, sent.Method?.ToString())),
        TransferOutcome.Refused refused => Problem(StatusCodes.Status409Conflict, refused.Reason),
        TransferOutcome.Failed { Reason: FailureReason.Overloaded } failed => Problem(StatusCodes.Status503ServiceUnavailable, failed.Detail),
        TransferOutcome.Failed failed => Problem(StatusCodes.Status502BadGateway, failed.Detail),
        var other => Problem(StatusCodes.Status502BadGateway, other.ToString()),
    };
}

static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

internal sealed record Sent(string To, long Bytes, string? Sha256, string? Method);
