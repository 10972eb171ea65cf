import type { FaultKind } from '../../domain/base/fault.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { field, text } from '../kit/values/wire-value.ts';

/** Maps errorType to our fault kinds. Source: Prometheus, web/api/v1: the error types of the API. */
const faultKinds: Readonly<Record<string, FaultKind>> = {
  timeout: 'timeout',
  canceled: 'unreachable',
  internal: 'unreachable',
  unavailable: 'unreachable',
  not_found: 'missing',
};

/** Body of an error written by Prometheus itself; undefined for any other, such as a proxy's. */
const parseErrorBody = (answer: HttpAnswer): unknown => {
  try {
    const body = answer.json();
    return text(field(body, 'status')) === 'error' ? body : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Returns the error of a response; undefined when it succeeded. Uses Prometheus' own message, with the query and the
 * position in it. `wallNow`: the machine's wall clock.
 */
export const prometheusAnswerError = (
  answer: HttpAnswer,
  wallNow: number,
  promql?: string,
): WireError | undefined => {
  const problem = statusError(answer, wallNow);
  if (problem?.kind === 'denied' || problem?.kind === 'throttled') return problem;
  const body = parseErrorBody(answer);
  if (body !== undefined) {
    const type = text(field(body, 'errorType')) ?? 'error';
    const kind = faultKinds[type] ?? 'malformed';
    return new WireError(kind, errorText(type, text(field(body, 'error')) ?? '', promql));
  }
  if (answer.status === 503 && /^service unavailable/i.test(answer.text.trim()))
    return new WireError(
      'unreachable',
      'answered 503 Service Unavailable: Prometheus is starting (WAL replay) or stopping',
    );
  return problem;
};

const errorText = (type: string, error: string, promql: string | undefined): string => {
  const message = error.replace(/^invalid parameter "\w+": /, '');
  const [, line, col] = /^(\d+):(\d+): parse error: /.exec(message) ?? [];
  if (promql === undefined) return `${type}: ${message}`;
  if (line === undefined || col === undefined) return `${type} of "${oneLine(promql, 80)}": ${message}`;
  return `${message} in "${markedQuery(promql, Number(line), Number(col))}"`;
};

const maxTextBefore = 60;
const maxTextAfter = 40;

/** Returns a line of a query with a mark before a column (1-based), counted in bytes like Prometheus. */
export const markedQuery = (promql: string, line: number, col: number): string => {
  if (secretMasker.outgoing(promql) !== promql) return oneLine(promql, maxTextBefore + maxTextAfter);
  const bytes = Buffer.from(promql.split('\n')[line - 1] ?? '', 'utf8');
  const before = [...bytes.subarray(0, col - 1).toString('utf8')];
  const after = [...bytes.subarray(col - 1).toString('utf8')];
  const head = before.length > maxTextBefore ? `…${before.slice(-maxTextBefore).join('')}` : before.join('');
  const tail = after.length > maxTextAfter ? `${after.slice(0, maxTextAfter).join('')}…` : after.join('');
  return `${head} <-- HERE ${tail}`.trim();
};
