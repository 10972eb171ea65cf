import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import type { Fault } from '../../domain/base/fault.ts';
import type { ActEvent, OperationResult, Plan, TargetDrift } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { formatBytes } from '../../domain/text/format.ts';
import type { ChangeIo, ReadIo } from '../../doors/io.ts';
import { clipped } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import {
  hasOverridingQuery,
  methodOverride,
  overridingHeader,
} from '../../platform/network/method-override.ts';
import { statusText } from '../../platform/network/status.ts';
import { storedAge } from '../../platform/network/stored-answer.ts';
import type { Endpoint } from '../kit/contract/endpoint.ts';
import { describeUnmet, zExpectation } from '../kit/contract/expectation.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import { fileTimestamp, planNewFile, resolveLocalPath } from '../kit/operations/local-files.ts';
import { mayHaveTakenEffect } from '../kit/operations/report-call.ts';

export const requestParams = z
  .strictObject({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string().startsWith('/', { error: 'a path must begin with /' }),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z
      .unknown()
      .meta({ description: 'body of the request. A text is sent unchanged, anything else as JSON' })
      .exactOptional(),
    plain: z
      .string()
      .meta({
        description: 'body of the request as a text, sent unchanged as text/plain, in place of `body`',
      })
      .exactOptional(),
    expect: zExpectation
      .meta({
        description:
          'the request succeeds with this answer. By default, the request succeeds with a status from 200 to 299',
      })
      .exactOptional(),
    save: z
      .string()
      .min(1)
      .meta({
        description: 'path of a new local file for the response of a GET. {time} and {end} are replaced',
      })
      .exactOptional(),
  })
  .refine(({ body, plain }) => body === undefined || plain === undefined, {
    error: 'set either body or plain: a request has one body',
  })
  .refine(
    ({ plain, headers = {} }) =>
      plain === undefined || !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type'),
    { error: 'plain is always sent as text/plain: remove the content-type header, or use body' },
  )
  .refine(({ method, save }) => save === undefined || method === 'GET', {
    error: 'save works only with the method GET: remove save, or set method: GET',
  })
  .refine(({ expect, save }) => save === undefined || expect === undefined, {
    error: 'save requires the status 200 already, so expect has no effect: remove expect',
  })
  .refine(({ method, headers }) => !isReadMethod(method) || overridingHeader(headers) === undefined, {
    path: ['headers'],
    error: 'a header that overrides the method is not sent with GET or HEAD: set method to that method',
  })
  .refine(({ method, path }) => !isReadMethod(method) || !hasOverridingQuery(path), {
    path: ['path'],
    error: '_method is not sent in the query of GET or HEAD: set method to that method',
  });

/** True for params of `request` that change nothing: GET and HEAD, unless the server takes another method from them. */
const isReadOnlyRequest = ({ method, path, headers }: Readonly<Record<string, unknown>>): boolean =>
  isReadMethod(String(method)) &&
  methodOverride(String(path), typeof headers === 'object' && headers !== null ? { ...headers } : {}) ===
    undefined;

/** True for a method that changes nothing. */
const isReadMethod = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** A GET whose response is saved to a local file. */
interface DownloadRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file: string;
}

/** Saves a complete response with status 200, and nothing otherwise. Throws WireError. */
const downloadAnswer = async function* (
  endpoint: Endpoint,
  { path, headers, file }: DownloadRequest,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent, void, undefined> {
  const line = endpoint.line('GET', path);
  const answer = await endpoint.stream(change, { path, ...(headers && { headers }) }, signal);
  const status = statusText(answer.status);
  yield { is: 'found', found: { status: answer.status } };
  if (answer.status !== 200) {
    const text = await answer.text();
    if (text !== '') yield { is: 'output', text: secretMasker.mask(clipped(text, 2000)) };
    yield { is: 'answered', line, status: `answered ${status}, expected 200. Nothing was saved`, ok: false };
    return;
  }
  const draft = await change.draft(file, false, signal);
  let isKept = false;
  try {
    for await (const piece of answer.chunks) await draft.write(piece);
    const { sizeBytes, sha256 } = await draft.commit();
    isKept = true;
    yield {
      is: 'answered',
      line,
      status: `${status}; ${file}: ${formatBytes(sizeBytes)}, sha256 ${sha256}`,
      ok: true,
    };
  } finally {
    if (!isKept) await draft.abort();
  }
};

const maxShownLength = 2000;

interface RequestContext {
  readonly source: string;
  readonly endpoint: Endpoint;
  /** Checks the identity; undefined when it is the one that the profile names, or it names none. */
  identify(signal: AbortSignal): Promise<Fault | undefined>;
  readonly identified: boolean;
  readonly io: ReadIo;
  /** Directory of the profile. */
  readonly dir: string;
  /** Endpoint, where the source is reached through another. */
  readonly endpointName: string;
}

/** Plans the file for a response. Throws PlanError when it cannot be created. */
const fileOf = (
  { io, dir, endpointName: end }: RequestContext,
  save: string,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly words: string }> =>
  planNewFile(io.disk, resolveLocalPath(save, dir), { time: fileTimestamp(io.clock.wallNow()), end }, signal);

/** File in which a plan's response is saved. */
const savedIn = ({ earlier }: Plan): string => z.object({ file: z.string() }).parse(earlier).file;

const declared = declareOperation({
  name: 'request',
  danger: 'as-step',
  params: requestParams,
  reads: isReadOnlyRequest,
  // The API of a deployment or an application may restart what others read.
  mayRestart: true,
  resultKinds: ['status', 'json'],
  bindingRules: { path: 'address', body: 'document', 'expect.text': 'pattern' },
});

/** `request`: sends any HTTP request to the source's url. Its target is the source, pinned by endpoint and identity. */
export const requestOperation = defineOperation(declared, (parts: RequestContext) => {
  const { source, endpoint, identify, identified } = parts;
  return {
    plan: async (params, signal) => {
      const mismatch = await identify(signal);
      if (mismatch !== undefined) throw new PlanError('failed', mismatch.message);
      const line = endpoint.line(params.method, params.path);
      const body = bodyOf(params);
      const file = params.save === undefined ? undefined : await fileOf(parts, params.save, signal);
      return {
        targets: [
          {
            name: source,
            uid: line,
            saw: sawWords(identified),
            where: endpoint.base,
            place: endpoint.base,
          },
        ],
        calls: [{ line, target: 0, ...(body === undefined ? {} : { body: secretMasker.mask(body.text) }) }],
        objects: [line, ...(file === undefined ? [] : [file.words])],
        ...(isReadMethod(params.method)
          ? {}
          : { lost: 'opsdeck does not know what this request changes, and cannot undo the changes' }),
        ...(file === undefined ? {} : { earlier: { file: file.path } }),
      };
    },

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const params = plan.params;
      const target = plan.targets[0];
      const line = endpoint.line(params.method, params.path);
      if (target?.uid !== line) return { target: source, planned: target?.uid ?? '', found: line };
      const mismatch = await identify(signal);
      return mismatch && { target: source, planned: target.saw, found: mismatch.message };
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const line = endpoint.line(params.method, params.path);
      const body = bodyOf(params);
      yield { is: 'call', line };
      try {
        if (params.save !== undefined) {
          yield* downloadAnswer(endpoint, { ...params, file: savedIn(plan) }, change, signal);
          return;
        }
        const answer = await endpoint.send(
          change,
          {
            method: params.method,
            path: params.path,
            headers: {
              ...(body?.type === undefined ? {} : { 'content-type': body.type }),
              ...params.headers,
            },
            ...defined({ body: body?.text }),
          },
          signal,
        );
        if (answer.text !== '')
          yield { is: 'output', text: secretMasker.mask(clipped(answer.text, maxShownLength)) };
        yield { is: 'found', found: answerData(answer) };
        const problem = describeUnmet({ status: '200-299', ...params.expect }, answer);
        yield {
          is: 'answered',
          line,
          status: problem ?? statusText(answer.status),
          ok: problem === undefined,
        };
      } catch (error) {
        const { message } = endpoint.fault(params.path, error, params.method);
        const isDoubtful = !isReadMethod(params.method) && mayHaveTakenEffect(error);
        const doubt = isDoubtful
          ? '. The server may have carried out the request anyway: check before you send the request again'
          : '';
        yield { is: 'answered', line, status: `${message}${doubt}`, ok: false };
      }
    },
  };
});

const answerData = (answer: HttpAnswer): OperationResult => {
  const result = { status: answer.status, text: answer.text, ...defined({ ageMs: storedAge(answer) }) };
  try {
    return { ...result, json: answer.json() };
  } catch {
    return result;
  }
};

const sawWords = (identified: boolean): string =>
  identified ? 'the identity of the server was verified' : 'the identity of the server was not verified';

const bodyOf = ({
  body,
  plain,
}: z.infer<typeof requestParams>): { readonly text: string; readonly type?: string } | undefined => {
  if (plain !== undefined) return { text: plain, type: 'text/plain; charset=utf-8' };
  if (body === undefined) return undefined;
  return typeof body === 'string' ? { text: body } : { text: JSON.stringify(body), type: 'application/json' };
};
