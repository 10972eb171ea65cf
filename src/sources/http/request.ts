import { z } from 'zod';
import type { Fault } from '../../domain/fault.ts';
import type { ActEvent, Drift, Found, Plan } from '../../domain/operation.ts';
import { PlanError } from '../../domain/plan-error.ts';
import type { HttpAnswer } from '../../io/http-messages.ts';
import { masker } from '../../io/secrets.ts';
import { statusText } from '../../io/status.ts';
import type { Endpoint } from '../endpoint.ts';
import { unmet, zExpectation } from '../expectation.ts';
import type { Operation } from '../source.ts';

const shownLetters = 2000;

export const requestParams = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().startsWith('/', { error: 'a path begins with /' }),
  headers: z.record(z.string(), z.string()).exactOptional(),
  body: z.unknown().meta({ description: 'a text as it is; anything else is sent as JSON' }).exactOptional(),
  expect: zExpectation
    .meta({ description: 'which answer counts as done; default: a status of 200-299' })
    .exactOptional(),
});

export interface RequestParts {
  readonly source: string;
  readonly endpoint: Endpoint;
  /** Who answers there; undefined when it is the one that the profile names, or it names none. */
  identify(signal: AbortSignal): Promise<Fault | undefined>;
  readonly identified: boolean;
}

/** `request`: any HTTP call on the source's url. Its target is the source; the endpoint and who answers there are pinned. */
export const requestOperation = ({ source, endpoint, identify, identified }: RequestParts): Operation => ({
  name: 'request',
  danger: (params) => (isRead(requestParams.parse(params).method) ? 'read' : 'as-step'),

  /** Its danger is the least that it can be: what it truly is, only the runbook's step knows. */
  plan: async (given, signal): Promise<Plan> => {
    const params = requestParams.parse(given);
    const stranger = await identify(signal);
    if (stranger !== undefined) throw new PlanError('failed', stranger.message);
    const line = endpoint.line(params.method, params.path);
    const body = bodyOf(params.body);
    return {
      use: `${source}.request`,
      danger: isRead(params.method) ? 'read' : 'safe',
      targets: [{ name: source, uid: line, saw: sawWords(identified), where: endpoint.base }],
      calls: [{ line, target: 0, ...(body === undefined ? {} : { body: masker.mask(body.text) }) }],
      objects: [line],
      ...(isRead(params.method)
        ? {}
        : { lost: 'what this call changes is not known to opsdeck: it offers no undo' }),
      params: given,
    };
  },

  recheck: async (plan, signal): Promise<Drift | undefined> => {
    const params = requestParams.parse(plan.params);
    const target = plan.targets[0];
    const line = endpoint.line(params.method, params.path);
    if (target?.uid !== line) return { target: source, planned: target?.uid ?? '', found: line };
    const stranger = await identify(signal);
    return stranger && { target: source, planned: target.saw, found: stranger.message };
  },

  act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
    const params = requestParams.parse(plan.params);
    const line = endpoint.line(params.method, params.path);
    const body = bodyOf(params.body);
    yield { is: 'call', line };
    try {
      const answer = await endpoint.send(
        change,
        {
          method: params.method,
          path: params.path,
          headers: {
            ...(body?.json === true ? { 'content-type': 'application/json' } : {}),
            ...params.headers,
          },
          ...(body === undefined ? {} : { body: body.text }),
        },
        signal,
      );
      if (answer.text !== '') yield { is: 'output', text: masker.mask(answer.text.slice(0, shownLetters)) };
      yield { is: 'found', found: foundIn(answer) };
      const problem = unmet({ status: '200-299', ...params.expect }, answer);
      yield { is: 'answered', line, status: problem ?? statusText(answer.status), ok: problem === undefined };
    } catch (error) {
      const { message } = endpoint.fault(params.path, error, params.method);
      const doubt = isRead(params.method) ? '' : '; it may have been carried out all the same';
      yield { is: 'answered', line, status: `${message}${doubt}`, ok: false };
    }
  },
});

/** True for params of `request` that change nothing: GET and HEAD. */
export const onlyReads = (params: Readonly<Record<string, unknown>>): boolean =>
  isRead(String(params.method));

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const foundIn = (answer: HttpAnswer): Found => {
  const found = { status: answer.status, text: answer.text };
  try {
    return { ...found, json: answer.json() };
  } catch {
    return found;
  }
};

const sawWords = (identified: boolean): string =>
  identified ? 'the system that the profile names answers there' : 'nobody said who must answer there';

const bodyOf = (body: unknown): { readonly text: string; readonly json: boolean } | undefined => {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? { text: body, json: false } : { text: JSON.stringify(body), json: true };
};
