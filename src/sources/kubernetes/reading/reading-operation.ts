import type { ActEvent } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { statusText } from '../../../platform/network/status.ts';
import { type Declared, defineOperation, type OperationDefinition } from '../../define-operation.ts';
import type { KubeParts } from '../parts.ts';
import type { Asked } from './object.ts';
import { noPlan } from './object.ts';

/** What an operation that only reads asks, and the lines that it makes of the answers. */
export interface Reading<P> {
  /** Throws WireError, PlanError. */
  asks(params: P, signal: AbortSignal): Promise<readonly Asked[]>;
  /** `index`: of the ask. Throws WireError for an answer that cannot be read. */
  lines(answer: HttpAnswer, index: number, params: P, asked: number): readonly string[];
  /** The answer as a JSON document, for verifications. Absent: its lines are all that it gives. */
  json?(answer: HttpAnswer, params: P): unknown;
}

interface Earlier {
  readonly paths: readonly string[];
}
const pathsOf = (earlier: unknown): readonly string[] =>
  typeof earlier === 'object' && earlier !== null && 'paths' in earlier && Array.isArray(earlier.paths)
    ? earlier.paths.map(String)
    : [];

/** Defines an operation that only reads: `act` makes the very GETs that the plan shows. */
export const defineReading = <P extends Readonly<Record<string, unknown>>>(
  declared: Omit<Declared<P>, 'danger'>,
  readingOf: (parts: KubeParts) => Reading<P>,
): OperationDefinition<KubeParts> =>
  defineOperation({ ...declared, danger: 'read' }, (parts: KubeParts) => {
    const { client } = parts;
    const reading = readingOf(parts);
    return {
      recheck: async () => undefined,

      plan: async (params, signal) => {
        let asks: readonly Asked[];
        try {
          asks = await reading.asks(params, signal);
        } catch (error) {
          throw error instanceof PlanError ? error : noPlan(parts, '', error);
        }
        const earlier: Earlier = { paths: asks.map(({ path }) => path) };
        return {
          targets: asks.map(({ target }) => target),
          calls: asks.map(({ path }, target) => ({ line: client.line('GET', path), target })),
          objects: asks.map(({ target }) => `${target.name} in ${target.where}`),
          earlier,
        };
      },

      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const params = plan.params;
        const paths = pathsOf(plan.earlier);
        for (const [index, path] of paths.entries()) {
          const line = client.line('GET', path);
          yield { is: 'call', line };
          yield* told(
            change,
            path,
            line,
            {
              lines: (answer) => reading.lines(answer, index, params, paths.length),
              json: (answer) => reading.json?.(answer, params),
            },
            signal,
          );
        }
      },
    };

    async function* told(
      change: ChangeIo,
      path: string,
      line: string,
      of: {
        lines(answer: HttpAnswer): readonly string[];
        json(answer: HttpAnswer): unknown;
      },
      signal: AbortSignal,
    ): AsyncIterable<ActEvent> {
      try {
        const answer = await client.send(change, { method: 'GET', path }, signal);
        const problem = client.problem(answer);
        if (problem !== undefined) throw problem;
        for (const text of of.lines(answer)) yield { is: 'output', text };
        const json = of.json(answer);
        if (json !== undefined) yield { is: 'found', found: { json } };
        yield { is: 'answered', line, status: statusText(answer.status), ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: client.fault(path, error).message, ok: false };
      }
    }
  });
