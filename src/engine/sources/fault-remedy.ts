import type { Fault } from '../../domain/base/fault.ts';
import { defaultDeniedRemedy } from '../../platform/network/to-fault.ts';

/** The server of a source type in words, and the keys of the profile with its address and its login. */
interface ServerWords {
  readonly server: string;
  /** True: a service of another company, whose processes and logs are out of reach. */
  readonly isHosted?: true;
  readonly address: string;
  readonly login: string;
}

const serverOf = (server: string, address = 'url:', login = 'auth:'): ServerWords => ({
  server,
  address,
  login,
});

const hosted = (words: ServerWords): ServerWords => ({ ...words, isHosted: true });

const serverWords: Readonly<Record<string, ServerWords>> = {
  actuator: serverOf('the application', 'instances:'),
  alertmanager: serverOf('Alertmanager'),
  aws: hosted(serverOf('the AWS endpoint', 'endpoint: and region:', 'profile: or credentials:')),
  docker: serverOf('the Docker daemon', 'socket: or host:', 'tls:'),
  github: hosted(serverOf('GitHub', 'url: and repo:', 'auth.bearer')),
  grafana: serverOf('Grafana'),
  host: serverOf('the SSH server', 'ssh:', 'the SSH key'),
  http: serverOf('the service'),
  kafka: serverOf('Kafka', 'brokers:', 'sasl:'),
  kubernetes: serverOf('the API server', 'context:', 'the login of the context'),
  loki: serverOf('Loki'),
  mongodb: serverOf('MongoDB', 'url:', 'user: and password:'),
  pagerduty: hosted(serverOf('PagerDuty', 'url:', 'token:')),
  postgres: serverOf('PostgreSQL', 'url:', 'the user in url: and password:'),
  prometheus: serverOf('Prometheus'),
  promtext: serverOf('the exporter'),
  redis: serverOf('Redis', 'url:', 'user: and password:'),
  slack: hosted(serverOf('Slack', 'url:', 'token:')),
};

/** A reason at the end of a message, and the way on. `isMissing`: the server answers, and a right or an object is missing. */
interface ReasonRemedy {
  readonly reason: RegExp;
  /** Undefined: the message itself says what to do. */
  readonly remedy: (words: ServerWords) => string | undefined;
  readonly isMissing?: true;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const malformedRemedy = ({ server, address }: ServerWords): string =>
  `Check that ${address} of the source is the address of ${server}, and look for a proxy or a login page in between.`;

/**
 * Remedies by the reason at the end of a message. The reasons are those that opsdeck gives itself for errors of sockets, DNS, TLS
 * (`platform/runtime/wire-error`) and HTTP (`platform/network/status`). The text in brackets is that of another program, such as ssh.
 */
const reasonRemedies: readonly ReasonRemedy[] = [
  {
    reason: /: connection refused(?: \(.*\))?$/,
    remedy: ({ server, address, isHosted }) =>
      isHosted
        ? `No process listens at this address. Correct ${address} of the source, or check the proxy and the firewall on the way to ${server}.`
        : `Is ${server} running? No process listens at this address. Start ${server}, or correct ${address} of the source.`,
  },
  {
    reason: /: (?:no such host in DNS|DNS lookup failed|the address has no valid (?:host name|port))$/,
    remedy: ({ address }) =>
      `Correct the name of the host in ${address} of the source, or check the DNS of this machine.`,
  },
  {
    reason:
      /: (?:connection timed out|no route to host|the host of the server is down|network is unreachable)(?: \(.*\))?$/,
    remedy: ({ server, address }) =>
      `Check ${address} of the source, and the firewalls or the VPN between this machine and ${server}.`,
  },
  {
    reason: /: (?:no answer in \S+(?: m?s)?|timed out)(?: \(.*\))?$/,
    remedy: ({ server }) =>
      `Check whether ${server} is overloaded, and the firewalls or the VPN in between. For a slow server set a longer timeout: of the source.`,
  },
  {
    reason: /: no answer within the total limit of \S+$/,
    remedy: () => 'Give the command more time with --timeout, or test the source alone with opsdeck doctor.',
  },
  {
    reason: /: the server does not speak TLS at this port$/,
    remedy: () => 'The port does not speak TLS. Use the TLS port, or an address without TLS.',
  },
  {
    reason: /: TLS failed: [^:]*$/,
    remedy: ({ server }) =>
      `Check which TLS versions and client certificates ${server} accepts, and tls: of the source.`,
  },
  {
    reason:
      /: (?:connection reset|(?:connection closed|the server closed the connection)(?: \w+)*)(?: \(.*\))?$/,
    remedy: ({ server }) => `Check that ${server} listens at this port, and whether TLS is required.`,
  },
  {
    reason: /: the certificate of the server (?:has expired|was revoked)$/,
    remedy: ({ server }) => `Renew the certificate of ${server}.`,
  },
  {
    reason: /: the certificate of the server is not valid yet$/,
    remedy: ({ server }) => `Compare the clocks of this machine and of ${server}, and check the certificate.`,
  },
  {
    reason: /: there is no file or socket at this path$/,
    remedy: ({ address }) => `Correct ${address} of the source, or start the server that makes the socket.`,
  },
  {
    reason: /: expected (?:JSON|metrics in text format), got .*$/,
    remedy: (words) => malformedRemedy(words),
  },
  // These say themselves what to check.
  { reason: /: the response of \w+ is not .*\. Check .*$/, remedy: () => undefined },
  { reason: /: the response is not (?:from|HTTP|a list).*$/, remedy: () => undefined },
  { reason: /: no answer from the host: .*$/, remedy: () => undefined },
  {
    reason: /: no file matches the path of the source or signal$/,
    remedy: () =>
      'Correct the path, which is relative to the profile, and check that the file is being written.',
    isMissing: true,
  },
  {
    reason: /: System has not been booted with systemd\b.*$/,
    remedy: () => 'This host does not run systemd: watch processes and ports instead of units.',
    isMissing: true,
  },
  {
    reason: /answered 401\b[^:]*$/,
    remedy: ({ server, login }) => `${sentence(server)} rejects the login. Correct ${login} of the source.`,
    isMissing: true,
  },
  {
    reason: /answered 403\b[^:]*$/,
    remedy: ({ login }) =>
      `Grant this login the right to read, or use another login in ${login} of the source.`,
    isMissing: true,
  },
  {
    reason: /answered 404\b[^:]*(?:: .*)?$/,
    remedy: ({ server, address }) =>
      `Check the path in ${address} of the source, and whether ${server} of this version has that path.`,
  },
  {
    reason: /answered 5\d\d\b[^:]*(?:: .*)?$/,
    remedy: ({ server, isHosted }) =>
      isHosted
        ? `See the status page of ${server}, or the log of the proxy in front. opsdeck tries again by itself.`
        : `See the log of ${server}, or of the proxy in front.`,
  },
];

const deniedRemedy = ({ login }: ServerWords): string =>
  `Check ${login} of the source, and the permissions of that login.`;

const tunnelRemedy =
  'Check the setting via: of the source, and the host or source that the tunnel goes through.';

/** True: a message tells that a server cannot be reached or answers in a wrong way; false: a right or an object is missing there. */
export const tellsOfFailedRead = (message: string): boolean =>
  reasonRemedies.some(({ reason, isMissing }) => isMissing !== true && reason.test(message));

/** The remedy for a message of a source of this type that has none of its own; undefined: the message says all that opsdeck knows. */
export const remedyFor = (
  { message, kind, remedy }: Pick<Fault, 'message' | 'remedy'> & Partial<Pick<Fault, 'kind'>>,
  type: string,
): string | undefined => {
  if (remedy !== undefined && remedy !== defaultDeniedRemedy) return remedy;
  const server = serverWords[type] ?? serverOf('the server', 'the address');
  const found = reasonRemedies.find(({ reason }) => reason.test(message));
  // The server behind a tunnel was not reached: its address is not what is wrong.
  if (found !== undefined) return /\btunnel cut: /.test(message) ? tunnelRemedy : found.remedy(server);
  // A file and a program have no address at which a proxy could answer.
  if (kind === 'malformed' && serverWords[type] !== undefined && !message.includes(': check '))
    return malformedRemedy(server);
  return remedy === undefined ? undefined : deniedRemedy(server);
};
