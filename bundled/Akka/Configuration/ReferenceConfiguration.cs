namespace Akka.Configuration;

/// <summary>The settings of an actor system that the bundled runtime reads, with the defaults of Akka.NET 1.5.</summary>
internal static class ReferenceConfiguration
{
    public const string Hocon = """
        akka {
          loggers = ["Akka.Event.DefaultLogger"]
          loglevel = INFO
          stdout-loglevel = WARNING
          logger-startup-timeout = 5s
          log-config-on-start = off
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          log-dead-letters-suspend-duration = 5 minutes
          extensions = []

          actor {
            guardian-supervisor-strategy = "Akka.Actor.DefaultSupervisorStrategy"
            creation-timeout = 20s
            ask-timeout = infinite
            default-dispatcher {
              throughput = 30
            }
            internal-dispatcher {
              throughput = 5
            }
            default-mailbox {
              mailbox-type = "Akka.Dispatch.UnboundedMailbox"
              stash-capacity = -1
            }
            debug {
              receive = off
              autoreceive = off
              lifecycle = off
              fsm = off
              event-stream = off
              unhandled = off
            }
          }

          scheduler {
            implementation = "Akka.Actor.HashedWheelTimerScheduler"
            tick-duration = 10ms
            ticks-per-wheel = 512
            shutdown-timeout = 5s
          }

          coordinated-shutdown {
            default-phase-timeout = 5s
            terminate-actor-system = on
            exit-clr = off
            run-by-clr-shutdown-hook = on
            run-by-actor-system-terminate = on
            phases {
              before-service-unbind {}
              service-unbind.depends-on = [before-service-unbind]
              service-requests-done.depends-on = [service-unbind]
              service-stop.depends-on = [service-requests-done]
              before-cluster-shutdown.depends-on = [service-stop]
              cluster-sharding-shutdown-region {
                timeout = 10s
                depends-on = [before-cluster-shutdown]
              }
              cluster-leave.depends-on = [cluster-sharding-shutdown-region]
              cluster-exiting {
                timeout = 10s
                depends-on = [cluster-leave]
              }
              cluster-exiting-done.depends-on = [cluster-exiting]
              cluster-shutdown.depends-on = [cluster-exiting-done]
              before-actor-system-terminate.depends-on = [cluster-shutdown]
              actor-system-terminate {
                timeout = 10s
                depends-on = [before-actor-system-terminate]
              }
            }
          }
        }
        """;
}
