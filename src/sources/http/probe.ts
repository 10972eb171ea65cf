import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { dayMs } from '../../domain/text/duration.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { HealthStatus } from '../../kinds/health/fact.ts';
import type { HttpAnswer, TlsOptions, TlsPeer } from '../../platform/network/http-messages.ts';
import { redirectTarget, statusError, statusText } from '../../platform/network/status.ts';
import { createAnswerAges } from '../../platform/network/stored-answer.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Endpoint } from '../kit/contract/endpoint.ts';
import { describeUnmet, type Expectation } from '../kit/contract/expectation.ts';
import { parseSpringHealth, type SpringHealthComponent } from '../kit/values/spring-health.ts';
import type { HttpCheckConfig } from './config.ts';
import { grpcWebHealth } from './grpc-web.ts';
import { isUnhealthyWord, jsonProblem, loginPath, pageProblem, plainHealth } from './health-words.ts';
import { answeredPage, type HttpPage } from './page-memory.ts';

/** Result of a check, before it becomes a row. */
interface ProbeVerdict {
  readonly status: HealthStatus;
  readonly detail: string;
  readonly components: readonly SpringHealthComponent[];
  /** Whether the response is a report of the service about its health, as in the row. */
  readonly report?: 'health' | 'word';
}

/** Words that only a health report has; `error` and `fail` are in the answers of many APIs. */
const healthWords: ReadonlySet<string> = new Set(
  'up down out_of_service degraded healthy unhealthy serving not_serving'.split(' '),
);

/** Returns whether a response is a report of the service about its health. */
const reportOf = (
  health: ReturnType<typeof parseSpringHealth>,
  answer: HttpAnswer,
): ProbeVerdict['report'] => {
  const text = answer.text.trim();
  const word = health?.word ?? text;
  const isHealth = (health?.components.length ?? 0) > 0 || healthWords.has(word.toLowerCase());
  if (isHealth || text.startsWith('[-]') || text.startsWith('[+]')) return 'health';
  return health === undefined && plainHealth(answer.text) === undefined ? undefined : 'word';
};

/**
 * Explains that a redirect leads away from the service: to another host, or to a login, also where it was followed. `checkPath`: the
 * path of the check, which may be a login itself.
 */
const leadsAway = (answer: HttpAnswer, checkPath: string): string | undefined => {
  const target = redirectTarget(answer);
  if (target === undefined) {
    const { pathname } = new URL(answer.url);
    return loginPath.test(pathname) && !loginPath.test(checkPath)
      ? `redirected to ${pathname}, so a login protects the address`
      : undefined;
  }
  const { hostname, port, pathname, protocol } = new URL(target);
  const where = `${answer.status} to ${target}`;
  const from = new URL(answer.url);
  // The same host with TLS is the same service; another port is another one.
  const isUpgrade = from.protocol === 'http:' && protocol === 'https:';
  const isElsewhere = hostname !== from.hostname || (port !== from.port && !isUpgrade);
  const isLogin = loginPath.test(pathname) && !loginPath.test(checkPath);
  if (isLogin || (isElsewhere && loginPath.test(hostname)))
    return `${where}, so a login protects the address`;
  if (!isElsewhere) return undefined;
  return `${where}, which is another ${hostname === from.hostname ? 'port' : 'host'}`;
};

/**
 * Evaluates an HTTP response against the expectations of a check. `degraded` comes first. Without `expect` a status of
 * 200-399 is up, unless the body's own `status` or its one word reports a problem, or a redirect leads to a login or another
 * host. 401 and 403 are `unknown`: the login was rejected.
 * Throws `malformed` when JSON was expected and the body is not. `checkPath`: the path of the check.
 */
export const judgeAnswer = (
  answer: HttpAnswer,
  expect: Expectation | undefined,
  degraded: Expectation | undefined,
  checkPath: string,
): ProbeVerdict => {
  const body = jsonBody(answer);
  const health = parseSpringHealth(body);
  const verdict = (status: HealthStatus, detail: string): ProbeVerdict => ({
    status,
    detail,
    components: health?.components ?? [],
    ...defined({ report: reportOf(health, answer) }),
  });
  if (degraded !== undefined && isMet(degraded, answer))
    return verdict('degraded', healthText(health, `answered ${statusText(answer.status)}: degraded`));
  if (expect?.status === undefined && (answer.status === 401 || answer.status === 403))
    return verdict('unknown', `access denied: answered ${statusText(answer.status)}`);
  const problem = describeUnmet(withStatus(expect), answer);
  if (problem !== undefined)
    return verdict('down', health?.detail ? `${problem}; ${health.detail}` : problem);
  const reported = expect?.json === undefined ? jsonProblem(body) : undefined;
  const saysOtherwise = health !== undefined && isUnhealthyWord(health.word);
  if (saysOtherwise && expect?.json?.status === undefined) return verdict('degraded', healthText(health, ''));
  if (reported !== undefined) return verdict('degraded', `body reports ${reported.word}`);
  if (expect?.status === undefined) {
    const away = leadsAway(answer, checkPath);
    if (away !== undefined) return verdict('unknown', away);
  }
  const told = expect === undefined ? textVerdict(answer, checkPath) : undefined;
  if (told !== undefined) return verdict(told.status, told.detail);
  const elsewhere = redirectTarget(answer);
  return verdict('up', elsewhere === undefined ? '' : `redirects to ${elsewhere}`);
};

/** The verdict of a text that is no JSON, or of a gRPC status; undefined when it says nothing about its health. */
const textVerdict = (
  answer: HttpAnswer,
  checkPath: string,
): Pick<ProbeVerdict, 'status' | 'detail'> | undefined => {
  const rpc = answer.headers['grpc-status'];
  if (rpc !== undefined && rpc !== '0')
    return { status: 'down', detail: `grpc-status ${rpc} ${answer.headers['grpc-message'] ?? ''}`.trim() };
  const framed = grpcWebHealth(answer.headers['content-type'] ?? '', answer.rawText ?? answer.text);
  if (framed !== undefined) return framed;
  const isHome = ['', '/'].includes(checkPath.replace(/[?#].*/s, ''));
  const page = loginPath.test(checkPath) ? undefined : pageProblem(answer.text, isHome);
  return page ?? plainHealth(answer.text);
};

const withStatus = (expect: Expectation | undefined): Expectation => ({
  status: '200-399',
  ...expect,
});

const isMet = (expected: Expectation, answer: HttpAnswer): boolean => {
  try {
    return describeUnmet(expected, answer) === undefined;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
};

const healthText = (health: { word: string; detail: string } | undefined, otherwise: string): string =>
  health === undefined ? otherwise : health.detail === '' ? `body reports ${health.word}` : health.detail;

/** The body as JSON; undefined when it is not (JSON was not required). */
const jsonBody = (answer: HttpAnswer): unknown => {
  if (!/^\s*[[{]/.test(answer.text)) return undefined;
  try {
    return answer.json();
  } catch {
    return undefined;
  }
};

/** Evaluates a TLS peer: down when its certificate is not trusted, unless the profile sets `insecure`. */
const judgePeer = (peer: TlsPeer, insecure: boolean, wallNow: number): ProbeVerdict => {
  const days = certificateDaysLeft(peer, wallNow);
  const until = `certificate of ${peer.subject || 'unknown'} by ${peer.issuer || 'unknown'}`;
  if (days < 0)
    return { status: 'down', detail: `${until} expired ${Math.ceil(-days)} days ago`, components: [] };
  return peer.authorized || insecure
    ? { status: 'up', detail: '', components: [] }
    : { status: 'down', detail: `${until}: ${peer.reason}`, components: [] };
};

/** Days until the certificate expires, to a tenth; negative when it has expired. */
const certificateDaysLeft = (peer: TlsPeer, wallNow: number): number =>
  Math.round(((peer.validTo - wallNow) / dayMs) * 10) / 10;

/** Result of one probe. */
export interface HttpProbeResult extends ProbeVerdict {
  readonly latencyMs?: number;
  readonly httpStatus?: number;
  /** The age of a response that a cache had stored. */
  readonly ageMs?: Millis;
  /** The body as JSON, for signals. */
  readonly body?: unknown;
  readonly tlsDays?: number;
  /** The page that answered. Absent: the answer itself shows that it is the right one, or there is none. */
  readonly page?: HttpPage;
  /** Set for a response that requires a login or a later retry. */
  readonly fault?: Fault;
}

/** Transport of one check. `call` names it in faults. Throws WireError without a response. */
export interface HttpProbe {
  readonly call: string;
  run(signal: AbortSignal): Promise<HttpProbeResult>;
}

/** Creates the probe of a check: HTTP, a TCP connect or a TLS handshake. */
export const createProbe = (
  check: HttpCheckConfig,
  endpoint: Endpoint | undefined,
  io: ReadIo,
  tls: TlsOptions | undefined,
): HttpProbe => {
  if (check.tcp !== undefined) {
    const { host, port, text } = check.tcp;
    return {
      call: `TCP ${text}`,
      run: async (signal) => ({ ...upVerdict, ...(await io.tcp(host, port, signal)) }),
    };
  }
  if (check.tls !== undefined) {
    const { host, port, text } = check.tls;
    return {
      call: `TLS ${text}`,
      run: async (signal) => {
        const peer = await io.tls(host, port, signal, tls);
        const verdict = judgePeer(peer, tls?.insecure === true, io.clock.wallNow());
        return {
          ...verdict,
          latencyMs: peer.latencyMs,
          tlsDays: certificateDaysLeft(peer, io.clock.wallNow()),
        };
      },
    };
  }
  if (endpoint === undefined)
    throw new Error(`check ${check.service} has no address: set url on the source or on the check`);
  return httpProbe(check, endpoint, io.clock.wallNow);
};

const upVerdict: ProbeVerdict = { status: 'up', detail: '', components: [] };

/** True for a check that says what its answer is. */
const isTold = ({ expect }: HttpCheckConfig): boolean =>
  expect?.json !== undefined || expect?.text !== undefined || expect?.header?.location !== undefined;

const httpProbe = (check: HttpCheckConfig, endpoint: Endpoint, wallNow: () => number): HttpProbe => {
  const path = check.path ?? '';
  const method = check.method ?? 'GET';
  const ageOf = createAnswerAges(wallNow);
  return {
    call: endpoint.line(method, path),
    run: async (signal) => {
      const answer = await endpoint.get(path, signal, { method, headers: check.headers ?? {} });
      const seen = {
        latencyMs: answer.latencyMs,
        httpStatus: answer.status,
        ...defined({ ageMs: ageOf(answer) }),
      };
      const problem = statusError(answer, wallNow());
      const verdict = judgeHttpAnswer(check, endpoint, answer);
      const asksUs =
        problem?.kind === 'denied' ? verdict.status === 'unknown' : problem?.kind === 'throttled';
      const fault = asksUs && verdict.status !== 'up' ? { fault: endpoint.fault(path, problem, method) } : {};
      const page =
        verdict.report === 'health' || isTold(check)
          ? {}
          : { page: answeredPage(answer, endpoint.url(path), check.expect?.status !== undefined) };
      return { ...verdict, ...page, ...seen, body: jsonBody(answer), ...fault };
    },
  };
};

/** An unreadable response (HTML instead of JSON) is down, and also a fault. */
const judgeHttpAnswer = (
  check: HttpCheckConfig,
  endpoint: Endpoint,
  answer: HttpAnswer,
): ProbeVerdict & { fault?: Fault } => {
  try {
    return judgeAnswer(answer, check.expect, check.degraded, check.path ?? '');
  } catch (error) {
    const fault = endpoint.fault(check.path ?? '', error, check.method ?? 'GET');
    const detail = error instanceof WireError ? error.message : fault.message;
    return { status: 'down', detail, components: [], fault };
  }
};
