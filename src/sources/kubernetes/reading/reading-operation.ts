import type { ZodType } from 'zod';
import type { ActEvent, Plan } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/plan-error.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { statusText } from '../../../platform/network/status.ts';
import type { Operation } from '../../source.ts';
import type { KubeParts } from '../parts.ts';
import type { Asked } from './object.ts';
import { noPlan } from './object.ts';

/** An operation that only reads: what it asks, and the lines that it makes of the answers. */
export interface Reading<P> {
  readonly name: string;
  readonly params: ZodType<P>;
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

/** A reading as an operation: `act` makes the very GETs that the plan shows. */
export const readingOperation = <P>(parts: KubeParts, reading: Reading<P>): Operation => {
  const { client, source } = parts;
  const { name } = reading;
  return {
    name,
    danger: () => 'read',
    recheck: async () => undefined,

    plan: async (given, signal): Promise<Plan> => {
      const params = reading.params.parse(given);
      let asks: readonly Asked[];
      try {
        asks = await reading.asks(params, signal);
      } catch (error) {
        throw error instanceof PlanError ? error : noPlan(parts, '', error);
      }
      const earlier: Earlier = { paths: asks.map(({ path }) => path) };
      return {
        use: `${source}.${name}`,
        danger: 'read',
        targets: asks.map(({ target }) => target),
        calls: asks.map(({ path }, target) => ({ line: client.line('GET', path), target })),
        objects: asks.map(({ target }) => `${target.name} in ${target.where}`),
        params: given,
        earlier,
      };
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const params = reading.params.parse(plan.params);
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
};
