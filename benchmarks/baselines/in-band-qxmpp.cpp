// A peer made of QXmpp: sends a file in-band, or receives one, for the scenario in-band.
//   in-band-qxmpp send JID PASSWORD HOST PORT FILE RECEIVER | receive JID PASSWORD HOST PORT
// Prints "ready", "begun" when it offers the file, "sent", or "received BYTES SHA256".
#include <QBuffer>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QXmppClient.h>
#include <QXmppTransferManager.h>
#include <QXmppUtils.h>
#include <cstdio>

static void say(const QByteArray &line) { puts(line.constData()); fflush(stdout); }

int main(int argc, char **argv) {
    if (argc < 6) return 2;
    QCoreApplication application(argc, argv);
    QStringList arguments = application.arguments();
    QXmppClient client;
    QXmppTransferManager transfers;
    transfers.setSupportedMethods(QXmppTransferJob::InBandMethod);
    client.addExtension(&transfers);
    QXmppConfiguration configuration;
    configuration.setJid(arguments[2]);
    configuration.setPassword(arguments[3]);
    configuration.setHost(arguments[4]);
    configuration.setPort(arguments[5].toInt());
    configuration.setStreamSecurityMode(QXmppConfiguration::TLSDisabled);
    configuration.setAutoReconnectionEnabled(false);
    QByteArray received;
    QBuffer into(&received);
    into.open(QIODevice::WriteOnly);
    QObject::connect(&transfers, &QXmppTransferManager::fileReceived, [&](QXmppTransferJob *job) {
        QObject::connect(job, &QXmppTransferJob::finished, [&, job] {
            if (job->error() != QXmppTransferJob::NoError) return application.exit(1);
            QByteArray hash = QCryptographicHash::hash(received, QCryptographicHash::Sha256).toHex();
            say("received " + QByteArray::number(received.size()) + " " + hash);
            application.quit();
        });
        job->accept(&into);
    });
    QObject::connect(&client, &QXmppClient::connected, [&] {
        say("ready");
        if (arguments.size() < 8) return;
        say("begun");
        QXmppTransferJob *job = transfers.sendFile(arguments[7], arguments[6]);
        QObject::connect(job, &QXmppTransferJob::finished, [&, job] {
            if (job->error() != QXmppTransferJob::NoError) return application.exit(1);
            say("sent");
            application.quit();
        });
    });
    QObject::connect(&client, &QXmppClient::disconnected, [&] { application.exit(1); });
    client.connectToServer(configuration);
    return application.exec();
}
