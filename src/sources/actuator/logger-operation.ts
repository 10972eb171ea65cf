import { z } from 'zod';
import type { OperationCall, WayBack } from '../../domain/operation.ts';
import { PlanError } from '../../domain/operation.ts';
import { zOneOrMore } from '../../domain/schema.ts';
import { WireError } from '../../platform/failures.ts';
import { defineOperation, type PlanOf } from '../define-operation.ts';
import type { Instance } from './instance.ts';
import { askEvery, chosen } from './instance.ts';
import { type ActuatorParts, driftOf, postEach, uidOf } from './instance-operation.ts';
import { parseLogger, type ReadLogger } from './parse.ts';

const loggerParams = z.strictObject({
  name: z.string().min(1).meta({ description: 'the logger: ROOT, a package or a class' }),
  level: z
    .enum(['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'])
    .nullable()
    .meta({ description: 'null: as its parent' }),
  instance: zOneOrMore
    .meta({ description: 'one instance, or several; default: every instance that has it' })
    .exactOptional(),
});

/** `logger`: sets (or, with null, clears) the level of a logger. Source: Spring Boot actuator, loggers endpoint. */
export const logger = defineOperation(
  { name: 'logger', danger: 'safe', params: loggerParams },
  ({ source, instances }: ActuatorParts) => ({
    plan: async ({ name, level, instance }, signal) => {
      const path = pathOf(name);
      const answers = await askEvery(
        chosen(instances, instance),
        path,
        (one) => readLogger(one, path, signal),
        signal,
      );
      const having = answers.flatMap(({ instance: at, found }) =>
        found === undefined ? [] : [{ instance: at, found }],
      );
      if (having.length === 0) throw new PlanError('not-applicable', `no instance has a logger "${name}"`);
      return {
        targets: having.map(({ instance: at, found }) => ({
          name,
          uid: uidOf(at, path),
          saw: levelWords(found),
          where: at.where,
        })),
        calls: having.map(({ instance: at }, target) => ({
          line: at.endpoint.line('POST', path),
          body: bodyOf(level),
          target,
        })),
        objects: having.map(
          ({ instance: at, found }) => `logger ${name} of ${at.where}: ${levelWords(found)}`,
        ),
        earlier: having.map(
          ({ instance: at, found }): Earlier => ({ instance: at.name, level: found.configured ?? null }),
        ),
      };
    },

    recheck: (plan, signal) => {
      const path = pathOf(plan.params.name);
      const levelNow = async (at: Instance): Promise<string | undefined> => {
        const found = await readLogger(at, path, signal);
        return found && levelWords(found);
      };
      return driftOf(plan, instances, path, levelNow, signal);
    },

    act: (plan, change, signal) => {
      const { name, level } = plan.params;
      return postEach(plan, instances, pathOf(name), bodyOf(level), change, signal);
    },

    undo: (plan) => undoOf(source, plan),
  }),
);

interface Earlier {
  readonly instance: string;
  readonly level: string | null;
}

const pathOf = (name: string): string => `/loggers/${encodeURIComponent(name)}`;
const bodyOf = (level: string | null): string => JSON.stringify({ configuredLevel: level });

const levelWords = ({ configured, effective }: ReadLogger): string =>
  configured ?? `${effective} (inherited)`;

/** A logger of one instance; undefined when the instance does not know it. Throws WireError. */
const readLogger = async (
  instance: Instance,
  path: string,
  signal: AbortSignal,
): Promise<ReadLogger | undefined> => {
  try {
    return parseLogger(await instance.ask(path, signal));
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};

const isEarlier = (value: unknown): value is Earlier =>
  typeof value === 'object' && value !== null && 'instance' in value && 'level' in value;

/** Sets the earlier level of each instance again where it was another, a call for each level. */
const undoOf = (source: string, plan: PlanOf<z.infer<typeof loggerParams>>): WayBack | undefined => {
  const { name, level } = plan.params;
  const earlier = Array.isArray(plan.earlier) ? plan.earlier.filter(isEarlier) : [];
  const moved = earlier.filter((one) => one.level !== level);
  const [first, ...and] = [...Map.groupBy(moved, (one) => one.level)].map(([back, all]): OperationCall => {
    const named = all.flatMap(({ instance }) => (instance === '' ? [] : [instance]));
    return {
      use: `${source}.logger`,
      with: { name, level: back, ...(named.length === 0 ? {} : { instance: named }) },
      title:
        back === null ? `Let logger ${name} inherit its level again` : `Set logger ${name} back to ${back}`,
      pins: 'value',
    };
  });
  return first && { ...first, ...(and.length === 0 ? {} : { and }) };
};
