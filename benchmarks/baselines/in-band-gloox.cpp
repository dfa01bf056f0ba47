// A peer made of gloox: sends a file in-band, or receives one, for the scenario in-band.
//   in-band-gloox send JID PASSWORD HOST PORT FILE RECEIVER | receive JID PASSWORD HOST PORT
// Prints "ready", "begun" when it offers the file, "sent", or "received BYTES SHA256".
#include <gloox/bytestream.h>
#include <gloox/bytestreamdatahandler.h>
#include <gloox/client.h>
#include <gloox/connectionlistener.h>
#include <gloox/connectiontcpclient.h>
#include <gloox/siprofileft.h>
#include <gloox/siprofilefthandler.h>
#include <openssl/evp.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace gloox;

class Peer : public ConnectionListener, SIProfileFTHandler, BytestreamDataHandler {
public:
    Peer(const char *jid, const char *password, const char *host, int port) : client(JID(jid), password, port), digest(EVP_MD_CTX_new()) {
        client.setServer(host);
        client.setTls(TLSDisabled);
        client.setCompression(false);
        client.disableRoster();
        client.registerConnectionListener(this);
        transfers = new SIProfileFT(&client, this);
        EVP_DigestInit_ex(digest, EVP_sha256(), nullptr);
    }

    void send(const char *path, const char *receiver) {
        std::ifstream file(path, std::ios::binary);
        content.assign(std::istreambuf_iterator<char>(file), {});
        to = receiver;
    }

    int run() {
        if (!client.connect(false)) return 1;
        while (!over && client.recv(stream && !to.empty() && sent < content.size() ? 0 : 100000) == ConnNoError) push();
        return over ? 0 : 1;
    }

    void onConnect() override {
        say("ready");
        if (to.empty()) return;
        say("begun");
        transfers->requestFT(JID(to), "file", (long)content.size(), "", "", "", "", SIProfileFT::FTTypeIBB);
    }

    void onDisconnect(ConnectionError error) override { if (!over) fprintf(stderr, "disconnected: %d\n", error); }
    bool onTLSConnect(const CertInfo &) override { return true; }

    void handleFTRequest(const JID &from, const JID &, const std::string &sid, const std::string &, long, const std::string &, const std::string &,
                         const std::string &, const std::string &, int) override {
        transfers->acceptFT(from, sid, SIProfileFT::FTTypeIBB);
    }

    void handleFTRequestError(const IQ &, const std::string &) override { fprintf(stderr, "refused\n"); exit(1); }
    const std::string handleOOBRequestResult(const JID &, const JID &, const std::string &) override { return {}; }

    void handleFTBytestream(Bytestream *bytestream) override {
        bytestream->registerBytestreamDataHandler(this);
        if (bytestream->connect()) stream = bytestream;
    }

    void handleBytestreamOpen(Bytestream *bytestream) override { stream = bytestream; }

    void handleBytestreamData(Bytestream *, const std::string &data) override {
        bytes += data.size();
        EVP_DigestUpdate(digest, data.data(), data.size());
    }

    void handleBytestreamError(Bytestream *, const IQ &) override { fprintf(stderr, "refused a block\n"); exit(1); }

    void handleBytestreamClose(Bytestream *) override {
        if (!to.empty()) return;
        unsigned char hash[EVP_MAX_MD_SIZE];
        unsigned length;
        EVP_DigestFinal_ex(digest, hash, &length);
        printf("received %zu ", bytes);
        for (unsigned i = 0; i < length; i++) printf("%02x", hash[i]);
        say("");
        over = true;
    }

    void handleBytestreamDataAck(Bytestream *) override { acknowledged++; }

private:
    Client client;
    EVP_MD_CTX *digest;
    SIProfileFT *transfers;
    Bytestream *stream = nullptr;
    std::string content, to;
    size_t sent = 0, bytes = 0, blocks = 0, acknowledged = 0;
    bool over = false, closed = false;

    static void say(const char *word) { puts(word); fflush(stdout); }

    // As many blocks as the socket takes: gloox does not wait for answers.
    void push() {
        if (!stream || to.empty() || !stream->isOpen()) return;
        if (sent < content.size()) {
            size_t length = std::min<size_t>(4096, content.size() - sent);
            if (!stream->send(content.substr(sent, length))) exit(1);
            sent += length;
            blocks++;
        } else if (acknowledged >= blocks && !closed) {
            closed = true;
            stream->close();
            say("sent");
            over = true;
        }
    }
};

int main(int argc, char **argv) {
    if (argc < 6) return 2;
    Peer peer(argv[2], argv[3], argv[4], atoi(argv[5]));
    if (argc > 7) peer.send(argv[6], argv[7]);
    return peer.run();
}
