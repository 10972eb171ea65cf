import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { Drift, OperationCall, Permit } from '../../domain/operation.ts';
import { type Declared, defineOperation } from '../define-operation.ts';
import type { PostgresClient, PostgresParts } from './client.ts';
import { findRelation, type Relation, sawOf, targetOf } from './relation.ts';
import { type RelationVerb, relationPermit } from './relation-permit.ts';
import { callLine, doneWords, sendStatement } from './statement-call.ts';
import { changing } from './statements.ts';

/** Under the five minutes that a step may take, so that the server ends it and says so. */
const defaultTimeout = '4m30s';

export const zTimeout = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is no duration: 30s, 4m`,
  })
  .meta({
    description: `after how long the server ends it; default: ${defaultTimeout}; a step lasts 5m at most`,
  });

/** What a maintenance statement is to do, worked out from a fresh look. */
interface Work {
  readonly statement: string;
  /** The name that is looked up again just before acting; absent: the whole database. */
  readonly of?: string;
  /** What is there of that name; absent: nothing may be. */
  readonly found?: Relation;
  /** Where `found` is still to be made: what it belongs to, whose rights count. */
  readonly on?: Relation;
  readonly objects: readonly string[];
  readonly lost?: string;
  readonly undo?: OperationCall;
}

type Params = Readonly<Record<string, unknown>> & { readonly timeout?: string };

/** What is to be done, looked up afresh. */
type WorkOf<P> = (client: PostgresClient, params: P, signal: AbortSignal) => Promise<Work>;

interface Earlier {
  readonly statement: string;
  readonly of?: string;
  /** Of what our rights are asked; absent: of nothing by itself. */
  readonly oid?: string;
  readonly undo?: OperationCall;
}

const isEarlier = (value: unknown): value is Earlier =>
  typeof value === 'object' && value !== null && 'statement' in value && typeof value.statement === 'string';

/** One statement on a table or an index, outside a transaction. What it names is pinned by its oid. */
export const relationOperation = <P extends Params>(
  declared: Declared<P> & { readonly name: RelationVerb },
  workOf: WorkOf<P>,
) =>
  defineOperation(declared, ({ client }: PostgresParts) => ({
    plan: async (params, signal) => {
      const { statement, of, found, on, objects, lost, undo } = await workOf(client, params, signal);
      const oid = (found ?? on)?.oid;
      const earlier: Earlier = {
        statement,
        ...(of === undefined ? {} : { of }),
        ...(oid === undefined ? {} : { oid }),
        ...(undo === undefined ? {} : { undo }),
      };
      return {
        targets: [
          of === undefined
            ? { ...targetOf(client, undefined), saw: 'the database' }
            : targetOf(client, found),
        ],
        calls: [{ line: callLine(statement), target: 0 }],
        objects,
        ...(lost === undefined ? {} : { lost }),
        earlier,
      };
    },

    permits: async ({ earlier }, signal): Promise<Permit> =>
      isEarlier(earlier) && earlier.oid !== undefined
        ? relationPermit(client, declared.name, earlier.oid, signal)
        : { allowed: 'unknown', why: 'it passes over the tables that our role may not touch' },

    recheck: async (plan, signal): Promise<Drift | undefined> => {
      const [target] = plan.targets;
      if (!isEarlier(plan.earlier) || plan.earlier.of === undefined || target === undefined) return undefined;
      const found = sawOf(await findRelation(client, plan.earlier.of, signal));
      return found === target.saw ? undefined : { target: plan.earlier.of, planned: target.saw, found };
    },

    act: async function* (plan, change, signal) {
      if (!isEarlier(plan.earlier)) throw new Error(`${declared.name} was planned without a statement`);
      const timeoutMs = parseDuration(plan.params.timeout ?? defaultTimeout) ?? 0;
      const text = changing(declared.name, plan.earlier.statement);
      yield* sendStatement(client, change, { text, timeoutMs }, doneWords, signal);
    },

    undo: ({ earlier }) => (isEarlier(earlier) ? earlier.undo : undefined),
  }));
