import { z } from 'zod';
import { defined } from '../../../../domain/base/defined.ts';
import { compilePattern } from '../../../../domain/regex/pattern.ts';
import type { ActEvent, OperationResult } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { parseDuration } from '../../../../domain/text/duration.ts';
import type { ChangeIo } from '../../../../doors/io.ts';
import type { HttpAnswer } from '../../../../platform/network/http-messages.ts';
import { statusText } from '../../../../platform/network/status.ts';
import type { OperationDefinition, OperationSpec } from '../../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../../kit/operations/read-operation.ts';
import { parseObjectRef } from '../../api/api-resources.ts';
import { podTargetProblem } from '../../api/label-selector.ts';
import type { KubeParts } from '../../api/parts.ts';
import type { ObjectRequest } from './find-object.ts';
import { unreadablePlanError } from './find-object.ts';

const zObject = z
  .string()
  .refine((name) => parseObjectRef(name) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is not an object: use deployment/NAME or pod/NAME`,
  })
  .meta({ description: 'object: deployment/NAME, pod/NAME, node/NAME' });

const zNamespace = z
  .string()
  .min(1)
  .meta({ description: 'the object is in this namespace. The default is the first namespace of the source' })
  .exactOptional();

/** Parameters of describe, events and rollout. */
export const objectParams = z.strictObject({ object: zObject, namespace: zNamespace });

const defaultLines = 200;

const zOptionalName = (what: string) => z.string().min(1).meta({ description: what }).exactOptional();

export const logsParams = z
  .strictObject({
    pod: zOptionalName('pod name'),
    deployment: zOptionalName('name of a deployment, whose pods are all meant'),
    selector: zOptionalName('label selector, statefulset/NAME or service/NAME, whose pods are all meant'),
    container: zOptionalName('read only the container with this name (default: every container)'),
    previous: z
      .boolean()
      .meta({
        description: 'whether to show the logs of the container before the last restart (default: false)',
      })
      .default(false),
    // Stays a text because the parameters of a plan are parsed again when it is executed.
    since: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, {
        error: 'the value is not a duration: use 5m or 1h',
      })
      .meta({ description: 'shows only lines newer than this, such as 5m' })
      .exactOptional(),
    lines: z
      .int()
      .min(1)
      .max(10_000)
      .meta({ description: 'show this many of the last lines of each container' })
      .default(defaultLines),
    include: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', {
        error: 'not a valid regular expression: check brackets and backslashes',
      })
      .meta({ description: 'regular expression that a line must match to be shown' })
      .exactOptional(),
    namespace: zNamespace,
  })
  .refine(
    (entry) => [entry.pod, entry.deployment, entry.selector].filter((of) => of !== undefined).length === 1,
    {
      error: 'the step needs one target: set one of pod, deployment and selector',
    },
  )
  .refine((entry) => entry.selector === undefined || podTargetProblem(entry.selector) === undefined, {
    error: 'the selector selects no pods: write a label selector (app=NAME) or an object (statefulset/NAME)',
  });

export type LogsParams = z.infer<typeof logsParams>;

/** The requests of a read-only operation, and the formatting of their responses. */
interface ReadBehavior<P> {
  /** Form of the answers, where it is not plain JSON. */
  readonly accept?: string;
  /** Throws WireError, PlanError. */
  requests(params: P, signal: AbortSignal): Promise<readonly ObjectRequest[]>;
  /**
   * Formats a response; `index` is that of its request, `earlier` the responses before it. Throws WireError for an unreadable
   * response.
   */
  lines(
    answer: HttpAnswer,
    index: number,
    params: P,
    requestCount: number,
    earlier: readonly HttpAnswer[],
  ): readonly string[] | Promise<readonly string[]>;
  /** The response as a JSON document, for verifications. */
  json?(answer: HttpAnswer, params: P): unknown;
  /** The response as rows, for verifications and choices. */
  rows?(answer: HttpAnswer, params: P): OperationResult['rows'] | Promise<OperationResult['rows']>;
}

interface ReadRecord {
  readonly paths: readonly string[];
}
const recordedPaths = (earlier: unknown): readonly string[] =>
  typeof earlier === 'object' && earlier !== null && 'paths' in earlier && Array.isArray(earlier.paths)
    ? earlier.paths.map(String)
    : [];

/** Defines a read-only operation: `act` sends exactly the GETs that the plan shows. */
export const defineObjectRead = <P extends Readonly<Record<string, unknown>>>(
  declared: Omit<OperationSpec<P>, 'danger'>,
  behaviorOf: (parts: KubeParts) => ReadBehavior<P>,
): OperationDefinition<KubeParts> =>
  defineReadOperation(declared, (parts: KubeParts) => {
    const { client } = parts;
    const reading = behaviorOf(parts);
    const accepted = reading.accept === undefined ? {} : { accept: reading.accept };
    return {
      plan: async (params, signal) => {
        let requests: readonly ObjectRequest[];
        try {
          requests = await reading.requests(params, signal);
        } catch (error) {
          throw error instanceof PlanError ? error : unreadablePlanError(parts, '', error);
        }
        const earlier: ReadRecord = { paths: requests.map(({ path }) => path) };
        return {
          targets: requests.map(({ target }) => target),
          calls: requests.map(({ path }, target) => ({ line: client.describeCall('GET', path), target })),
          objects: requests.map(({ target }) => `${target.name} in ${target.where}`),
          earlier,
        };
      },

      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const params = plan.params;
        const paths = recordedPaths(plan.earlier);
        const answers: HttpAnswer[] = [];
        for (const [index, path] of paths.entries()) {
          const line = client.describeCall('GET', path);
          yield { is: 'call', line };
          yield* runRequest(
            change,
            path,
            line,
            {
              lines: async (answer) => {
                const lines = await reading.lines(answer, index, params, paths.length, [...answers]);
                answers.push(answer);
                return lines;
              },
              json: (answer) => reading.json?.(answer, params),
              rows: async (answer) => reading.rows?.(answer, params),
            },
            signal,
          );
        }
      },
    };

    async function* runRequest(
      change: ChangeIo,
      path: string,
      line: string,
      of: {
        lines(answer: HttpAnswer): Promise<readonly string[]>;
        json(answer: HttpAnswer): unknown;
        rows(answer: HttpAnswer): Promise<OperationResult['rows']>;
      },
      signal: AbortSignal,
    ): AsyncIterable<ActEvent> {
      try {
        const answer = await client.send(change, { method: 'GET', path, ...accepted }, signal);
        const problem = client.responseError(answer);
        if (problem !== undefined) throw problem;
        for (const text of await of.lines(answer)) yield { is: 'output', text };
        const json = of.json(answer);
        const rows = await of.rows(answer);
        if (json !== undefined || rows !== undefined)
          yield {
            is: 'found',
            found: { ...defined({ json, rows }) },
          };
        yield { is: 'answered', line, status: statusText(answer.status), ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: client.fault(path, error).message, ok: false };
      }
    }
  });
