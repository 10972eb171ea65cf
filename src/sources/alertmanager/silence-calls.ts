import { type ActEvent, type ChangeIo, type HttpAnswer, statusText, WireError } from '../../sdk.ts';
import type { AlertmanagerClient } from './client.ts';
import { parseSilence, silencePath } from './client.ts';
import { describeSilence } from './feeds.ts';

interface SilenceCall {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
}

/** Sends one call of a plan and reports its result; returns the response on success. */
export async function* sendSilenceCall(
  { endpoint, errorOf: problem }: AlertmanagerClient,
  change: ChangeIo,
  { method, path, body }: SilenceCall,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, HttpAnswer | undefined> {
  const line = endpoint.line(method, path);
  yield { is: 'call', line };
  try {
    const call = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
    const answer = await endpoint.send(change, { method, path, ...call }, signal);
    const error = problem(answer);
    yield {
      is: 'answered',
      line,
      status: error?.message ?? statusText(answer.status),
      ok: error === undefined,
    };
    return error === undefined ? answer : undefined;
  } catch (error) {
    const { message } = endpoint.fault(path, error, method);
    const doubt = error instanceof WireError && error.message !== 'connection refused';
    const status = doubt
      ? `${message}. The silence may have been created or expired anyway: check Alertmanager`
      : message;
    yield { is: 'answered', line, status, ok: false };
    return undefined;
  }
}

/** Checks the state of a new silence: one that is pending although it should be active reveals a clock difference. */
export async function* verifySilence(
  { endpoint, errorOf: problem }: AlertmanagerClient,
  change: ChangeIo,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const path = silencePath(id);
  try {
    const answer = await endpoint.send(change, { method: 'GET', path }, signal);
    const error = problem(answer);
    if (error !== undefined) throw error;
    const silence = parseSilence(answer.json());
    const apart =
      silence.state === 'pending'
        ? '. The silence is not active yet, because the clock of Alertmanager is behind the local clock'
        : '';
    yield { is: 'output', text: `${describeSilence(silence)}${apart}` };
  } catch (error) {
    yield {
      is: 'output',
      text: `Alertmanager created the silence, but opsdeck could not read the state of the silence. Check the silence in Alertmanager: ${endpoint.fault(path, error).message}`,
    };
  }
}
