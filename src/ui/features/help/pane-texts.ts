import { factKinds, kindOf } from '../../../kinds/registry/registry.ts';
import type { Pane } from '../../shell/contract/pane.ts';

/** The content of each pane, and instructions to read its columns. */
const texts: Readonly<Record<string, string>> = {
  health:
    'Health checks of every service. CODE and LATENCY are those of the last check, SINCE is the time in this state, or beyond the limit of the latency if only that gives the level. ≥ the time since the first observation if the beginning was not seen. AGE is the time since the check. A latency beyond the limit is a warning.',
  matrix:
    'The signals of the profile, with a column for each environment. A cell shows the level, the value, how the value changed over the chosen window (w), and for how long it has been in this state.',
  pulse:
    'Signals as graphs over the window of Threshold matrix (w): those with a problem first, then errors, latency, traffic and saturation. The dashed line is the limit. Below the graph are the lowest and highest value. Letters on the time axis mark deployments, runs and alerts. enter opens the chart.',
  breakers:
    'Circuit breakers of every instance. OPEN rejects calls. HALF-OPEN lets trial calls through. FAIL and SLOW are shares of the calls in the window, FAILED and REJECTED count calls.',
  lag: 'The consumer groups of the brokers. LAG counts messages that are not consumed yet, RATE is the change per second, DRAINED the time until the lag is 0.',
  pools:
    'Connection pools and database servers. The bar shows IN USE as a share of MAX. WAITING counts threads that wait for a connection.',
  pods: 'Workloads: pods, deployments, containers, units and processes. READY is ready of wanted, RESTARTS counts container restarts.',
  namespaces:
    'Namespaces of the profile with their pods by level. OTHERS counts deployments, jobs and other workloads. The level is that of the worst workload. enter shows them in Pods.',
  forwards:
    'Open port-forwards of this environment, on 127.0.0.1 only. CONN counts the connections now, TOTAL those since opening. FAILING: the last connection failed. d closes one. All are closed with the environment.',
  who: 'Cockpits that share the state of this team, with their operator, environment and focused pane. USER and HOST are what each cockpit says, DB USER is the user in the state database. A cockpit that has died disappears after 20 s.',
  nodes:
    'Nodes of Kubernetes clusters. CPU and MEM are the share of the allocatable amount in use, CPU REQ and MEM REQ the share that the pods have requested, PODS the pods of all namespaces. A cordoned node accepts no new pods.',
  queues:
    'Message queues. WAITING counts messages that can be received, IN FLIGHT those that consumers have received and not deleted, DLQ the messages in the dead-letter queue. SQS counts approximately. OLDEST, SENT/s and DONE/s (processed messages) come from CloudWatch, if read by the profile.',
  ci: 'Workflow runs, gates, approvals and deployments. A run row is the newest run of a workflow on a branch. A failure stays until a later run of the workflow has completed. An approval waits for the reviewers of an environment. d shows jobs, steps and the log of the failed step.',
  db: 'Database sessions, blocking ones first, with the sessions that they block below. QUERY FOR and TX FOR are the times of the query and of the transaction. t shows the other sections.',
  alerts:
    'Alerts of the alerting systems and incidents of PagerDuty: firing, acknowledged, pending and silenced. FOR is the time since the alert or incident began. enter shows the runbooks of the alert. enter again previews the first.',
  logs: 'Log lines of all streams, merged by time. The chips in the title filter them and count the lines that they hide. enter shows the fields of a line and the matching runbooks.',
  now: 'Problems of all panes, the most urgent first, with the suggested runbook. SINCE is the age of the problem, or ≥ the time since the first observation if the beginning was not seen. A source without data is one row, with the number of hidden rows. enter opens the row in the original pane.',
  journal: 'Changes of levels, states, arming and runs, the newest first.',
  runbooks:
    'Runbooks of the profile, matching ones first, with the reason. enter shows a preview. Nothing is sent.',
  runs: 'Every run in the ledger, from all sessions and processes of this machine.',
  checklists:
    'Checklists of the profile. enter opens a list, and ticks an item. [=] the check holds, [x] ticked by a person, [!] check overridden by a person, [-] not needed, [?] the check has no data. An item with a check is open again when the check no longer holds.',
  contacts:
    'People on call now, the escalation path in the order of calling, then the other contacts of the profile.',
  severities:
    'Severities of the profile, the worst first: how soon to respond, when to escalate, how often to send an update, and examples. enter shows every example.',
  incident:
    'The open incident. Above: severity, status, clock, the targets of the profile (acknowledge, next update, next escalation with the person to call), and the fields. Below: the timeline, which fills itself with level changes, alerts, deployments and runs. A in Logs adds lines, i in the export list (E) adds an image. O reports to PagerDuty, Slack and GitHub. Each report has a preview.',
  links: 'Pages and files of the profile, then the dashboards of Grafana.',
};

/** Describes a pane; one of a custom kind by its kind. */
export const paneText = ({ id }: Pick<Pane, 'id'>): string => {
  const kind = factKinds().find((name) => name === id);
  return texts[id] ?? (kind === undefined ? '' : `${kindOf(kind).says}.`);
};
