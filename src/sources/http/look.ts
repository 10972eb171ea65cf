import type { Fault } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/failures.ts';
import type { HttpAnswer, TlsOptions } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import type { Endpoint } from '../endpoint.ts';
import type { CheckConfig } from './config.ts';
import { daysLeft, jsonOf, judgeAnswer, judgePeer, type Verdict } from './parse.ts';

/** One look at what a check watches. */
export interface Look extends Verdict {
  readonly latencyMs?: number;
  readonly httpStatus?: number;
  /** The body as JSON, for signals. */
  readonly body?: unknown;
  readonly tlsDays?: number;
  /** An answer that asks us to log in or to come back later. */
  readonly fault?: Fault;
}

/** How one check asks. `call` names it in faults. Throws WireError when there is no answer. */
export interface Asker {
  readonly call: string;
  look(signal: AbortSignal): Promise<Look>;
}

/** The way in which a check asks: HTTP, a TCP connect or a TLS handshake. */
export const askerOf = (
  check: CheckConfig,
  endpoint: Endpoint | undefined,
  io: ReadIo,
  tls: TlsOptions | undefined,
): Asker => {
  const wallNow = (): number => io.clock.now() + io.clock.wallOffset();
  if (check.tcp !== undefined) {
    const { host, port, text } = check.tcp;
    return {
      call: `TCP ${text}`,
      look: async (signal) => ({ ...upRow, ...(await io.tcp(host, port, signal)) }),
    };
  }
  if (check.tls !== undefined) {
    const { host, port, text } = check.tls;
    return {
      call: `TLS ${text}`,
      look: async (signal) => {
        const peer = await io.tls(host, port, signal, tls);
        const verdict = judgePeer(peer, tls?.insecure === true, wallNow());
        return { ...verdict, latencyMs: peer.latencyMs, tlsDays: daysLeft(peer, wallNow()) };
      },
    };
  }
  if (endpoint === undefined) throw new Error(`check ${check.service} has no address`);
  return overHttp(check, endpoint, wallNow);
};

const upRow: Verdict = { status: 'up', detail: '', components: [] };

const overHttp = (check: CheckConfig, endpoint: Endpoint, wallNow: () => number): Asker => {
  const path = check.path ?? '';
  const method = check.method ?? 'GET';
  return {
    call: endpoint.line(method, path),
    look: async (signal) => {
      const answer = await endpoint.get(path, signal, { method, headers: check.headers ?? {} });
      const seen = { latencyMs: answer.latencyMs, httpStatus: answer.status };
      const problem = statusError(answer, wallNow());
      const verdict = judged(check, endpoint, answer);
      const asksUs =
        problem?.kind === 'denied' ? verdict.status === 'unknown' : problem?.kind === 'throttled';
      const fault = asksUs && verdict.status !== 'up' ? { fault: endpoint.fault(path, problem, method) } : {};
      return { ...verdict, ...seen, body: jsonOf(answer), ...fault };
    },
  };
};

/** An answer that cannot be read (HTML for JSON) is down, and a fault as well. */
const judged = (check: CheckConfig, endpoint: Endpoint, answer: HttpAnswer): Verdict & { fault?: Fault } => {
  try {
    return judgeAnswer(answer, check.expect, check.degraded);
  } catch (error) {
    const fault = endpoint.fault(check.path ?? '', error, check.method ?? 'GET');
    const detail = error instanceof WireError ? error.message : fault.message;
    return { status: 'down', detail, components: [], fault };
  }
};
