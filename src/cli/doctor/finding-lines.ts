import type { Finding } from '../../sources/kit/contract/source.ts';

/** Names of the servers behind the source types; any other is 'the server'. */
const servers: Readonly<Record<string, string>> = {
  actuator: 'the application',
  alertmanager: 'Alertmanager',
  docker: 'the Docker daemon',
  grafana: 'Grafana',
  http: 'the service',
  kafka: 'Kafka',
  kubernetes: 'the API server',
  loki: 'Loki',
  mongodb: 'MongoDB',
  postgres: 'PostgreSQL',
  prometheus: 'Prometheus',
  redis: 'Redis',
};

/** Gives a remedy for a server with this name. */
type Remedy = (server: string) => string;

/**
 * Remedies by the reason at the end of a message. The reasons are those that opsdeck gives itself for errors of sockets, DNS and TLS
 * (`platform/runtime/wire-error`).
 */
const remedies: readonly (readonly [reason: RegExp, remedy: Remedy])[] = [
  [
    /: connection refused$/,
    (server) =>
      `Is ${server} running? No process listens at this address. Start the server, or correct the address in the profile.`,
  ],
  [
    /: (?:no such host in DNS|DNS lookup failed|not a valid host name)$/,
    () => 'Correct the name of the host in the profile, or check the DNS of this machine.',
  ],
  [
    /: (?:connection timed out|no route to host|host is down|network is unreachable|no answer in \S+)$/,
    (server) =>
      `Check the address in the profile, and the firewalls or the VPN between this machine and ${server}.`,
  ],
  [
    /: no TLS at that port$/,
    () => 'The port does not speak TLS. Use the TLS port, or an address without TLS.',
  ],
  [
    /: (?:connection reset|connection closed(?: \w+)*)$/,
    (server) => `Check that ${server} listens at this port, and whether TLS is required.`,
  ],
  [
    /: its certificate (?:has expired|is not valid yet|was revoked)$/,
    () => 'Renew the certificate of the server.',
  ],
  [
    /: no such file or socket$/,
    () => 'Correct the path in the profile, or start the server that makes the socket.',
  ],
];

const reasonOf = (what: string): string => what.slice(what.lastIndexOf(': '));

const isRefusal = ({ ok, what }: Finding): boolean => !ok && remedies.some(([reason]) => reason.test(what));

/** A finding of a source of this type with the remedy for its reason, unless the source has given one. */
export const withRemedy = (finding: Finding, type: string): Finding => {
  if (finding.ok || finding.remedy !== undefined) return finding;
  const remedy = remedies.find(([reason]) => reason.test(finding.what))?.[1](servers[type] ?? 'the server');
  return remedy === undefined ? finding : { ...finding, remedy };
};

const wordOf = (finding: Finding): string => {
  if (finding.ok) return 'ok     ';
  return isRefusal(finding) ? 'FAILED ' : 'MISSING';
};

/** Lines of the findings of a source. Calls that failed for one reason are one line, with the number of the others. */
export const findingLines = (findings: readonly Finding[]): readonly string[] => {
  const told = new Set<string>();
  return findings.flatMap((finding) => {
    const { what, remedy } = finding;
    const reason = reasonOf(what);
    if (isRefusal(finding)) {
      if (told.has(reason)) return [];
      told.add(reason);
    }
    const others = findings.filter((other) => isRefusal(other) && reasonOf(other.what) === reason).length - 1;
    return [
      `    ${wordOf(finding)} ${what}${isRefusal(finding) && others > 0 ? `, like ${others} more` : ''}`,
      ...(remedy === undefined ? [] : [`            ${remedy}`]),
    ];
  });
};
