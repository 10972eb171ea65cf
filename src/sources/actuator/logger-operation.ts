import { z } from 'zod';
import { zOneOrMore } from '../../domain/facts/schema.ts';
import type { GenericAction } from '../../domain/runbooks/generic-action.ts';
import type { ActEvent, OperationCall, UndoCall } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { undefinedIfMissing } from '../../platform/runtime/wire-error.ts';
import { defineOperation, type PlanOf } from '../kit/operations/define-operation.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { plannedReset, zResetAfter } from '../kit/operations/temporary-change.ts';
import type { ActuatorInstance } from './instance.ts';
import { queryInstances, selectInstances } from './instance.ts';
import { type ActuatorContext, findInstanceDrift, instanceUid, postToTargets } from './instance-operation.ts';
import { type ParsedLogger, parseLogger } from './parse.ts';

const levels = ['OFF', 'FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'] as const;

const loggerParams = z
  .strictObject({
    name: z.string().min(1).meta({ description: 'name of the logger, which is ROOT, a package or a class' }),
    level: z
      .enum(levels)
      .nullable()
      .meta({ description: 'log level to set. With null, the logger inherits the level of the parent' }),
    instance: zOneOrMore
      .meta({
        description: 'name of the instance, or a list of names (default: every instance that has the logger)',
      })
      .exactOptional(),
    for: zResetAfter.exactOptional(),
    skipMissing: z
      .boolean()
      .meta({ description: 'whether to leave out instances that no longer exist (default: refuse the step)' })
      .exactOptional(),
  })
  // Logback reports FATAL as ERROR, which a reset could not tell from a later change.
  .refine(({ for: after, level }) => after === undefined || (level !== null && level !== 'FATAL'), {
    path: ['for'],
    error:
      'opsdeck cannot reset a level of null or FATAL automatically: choose another level, or remove for:',
  });

/** An action on the rows of health. `chosen`: limits it to the instance of the row; `temporary`: with a reset. */
const levelAction = (id: string, title: string, chosen: boolean, temporary = false): GenericAction => ({
  id,
  verb: 'logger',
  title,
  step: `Set logger \${param.logger} to \${param.level}${temporary ? ' for ${param.for}' : ''}`,
  on: 'health',
  ...(chosen ? { where: 'instance != ""' } : {}),
  params: [
    ...(chosen
      ? [{ name: 'instance', type: 'choice', from: 'health.instance', title: 'Instance' } as const]
      : []),
    { name: 'logger', type: 'string', title: 'Logger (ROOT, or a package)' },
    { name: 'level', type: 'choice', of: levels, title: 'Level' },
    ...(temporary ? [{ name: 'for', type: 'duration', title: 'Reset after', default: '15m' } as const] : []),
  ],
  with: {
    name: '${param.logger}',
    level: '${param.level}',
    ...(temporary ? { for: '${param.for}' } : {}),
    ...(chosen ? { instance: '${param.instance}' } : {}),
  },
  verify: [
    {
      id: 'v1',
      title: 'The logger has the requested level',
      use: 'loggerLevel',
      with: { name: '${param.logger}', ...(chosen ? { instance: '${param.instance}' } : {}) },
      expect: { json: { level: '${param.level}' } },
      withinMs: 30_000,
      forMs: 0,
    },
  ],
});

const levelParams = z.strictObject({
  name: z.string().min(1).meta({ description: 'name of the logger, which is ROOT, a package or a class' }),
  instance: zOneOrMore
    .meta({
      description: 'name of the instance, or a list of names (default: every instance that has the logger)',
    })
    .exactOptional(),
});

/** The level of several instances: 'mixed' when it differs. */
const commonLevel = (loggers: readonly ParsedLogger[]): string => {
  const distinct = [...new Set(loggers.map(({ configured, effective }) => configured ?? effective))];
  return distinct.length === 1 ? (distinct[0] ?? '') : 'mixed';
};

/** `loggerLevel`: reads the level of a logger; as JSON the common level, or 'mixed'. */
export const loggerLevelOperation = defineReadOperation(
  { name: 'loggerLevel', params: levelParams, resultKinds: ['json'] },
  ({ instances }: ActuatorContext) => ({
    plan: async ({ name, instance }) => {
      const selected = selectInstances(instances, instance);
      const path = loggerPath(name);
      return {
        targets: selected.map((actuatorInstance) => ({
          name,
          uid: instanceUid(actuatorInstance, path),
          saw: '',
          where: actuatorInstance.where,
        })),
        calls: selected.map(({ endpoint }, target) => ({ line: endpoint.line('GET', path), target })),
        objects: selected.map((actuatorInstance) => `logger ${name} on ${actuatorInstance.where}`),
      };
    },
    act: async function* ({ params: { name, instance } }, _, signal): AsyncIterable<ActEvent> {
      const path = loggerPath(name);
      const loggers: ParsedLogger[] = [];
      for (const actuatorInstance of selectInstances(instances, instance)) {
        const line = actuatorInstance.endpoint.line('GET', path);
        yield { is: 'call', line };
        try {
          const logger = await readLogger(actuatorInstance, path, signal);
          if (logger !== undefined) loggers.push(logger);
          yield {
            is: 'output',
            text: `${actuatorInstance.where}: ${logger === undefined ? 'there is no logger of this name. Check the name in the log configuration of the service' : describeLevel(logger)}`,
          };
        } catch (error) {
          return yield {
            is: 'answered',
            line,
            status: actuatorInstance.endpoint.fault(path, error).message,
            ok: false,
          };
        }
      }
      if (loggers.length > 0) yield { is: 'found', found: { json: { level: commonLevel(loggers) } } };
      yield {
        is: 'answered',
        line: `logger ${name}`,
        status: `the logger exists on ${loggers.length} instances`,
        ok: true,
      };
    },
  }),
);

/** `logger`: sets (or, with null, clears) the level of a logger. Source: Spring Boot actuator, loggers endpoint. */
export const loggerOperation = defineOperation(
  {
    name: 'logger',
    danger: 'safe',
    params: loggerParams,
    actions: [
      levelAction('set-log-level', 'Set log level of service', false),
      levelAction('set-log-level-of-instance', 'Set log level of instance', true),
      levelAction('set-log-level-for-a-time', 'Set log level of service for a time', false, true),
      levelAction('set-log-level-of-instance-for-a-time', 'Set log level of instance for a time', true, true),
    ],
  },
  ({ source, instances }: ActuatorContext) => ({
    plan: async ({ name, level, instance, for: after, skipMissing }, signal) => {
      const path = loggerPath(name);
      const answers = await queryInstances(
        selectInstances(instances, instance, skipMissing),
        path,
        (actuatorInstance) => readLogger(actuatorInstance, path, signal),
        signal,
      );
      const having = answers.flatMap(({ instance: actuatorInstance, value: logger }) =>
        logger === undefined ? [] : [{ instance: actuatorInstance, logger }],
      );
      if (having.length === 0)
        throw new PlanError(
          'not-applicable',
          `no instance has a logger "${name}": check the name in the log configuration of the service`,
        );
      return {
        targets: having.map(({ instance: actuatorInstance, logger }) => ({
          name,
          uid: instanceUid(actuatorInstance, path),
          saw: describeLevel(logger),
          where: actuatorInstance.where,
        })),
        calls: having.map(({ instance: actuatorInstance }, target) => ({
          line: actuatorInstance.endpoint.line('POST', path),
          body: loggerBody(level),
          target,
        })),
        objects: having.map(
          ({ instance: actuatorInstance, logger }) =>
            `logger ${name} on ${actuatorInstance.where}: ${describeLevel(logger)}`,
        ),
        earlier: having.map(
          ({ instance: actuatorInstance, logger }): PriorLoggerLevel => ({
            instance: actuatorInstance.name,
            level: logger.configured ?? null,
          }),
        ),
        ...plannedReset(after, level ?? ''),
      };
    },

    recheck: (plan, signal) => {
      const path = loggerPath(plan.params.name);
      const levelNow = async (actuatorInstance: ActuatorInstance): Promise<string | undefined> => {
        const logger = await readLogger(actuatorInstance, path, signal);
        return logger && describeLevel(logger);
      };
      return findInstanceDrift(plan, instances, path, levelNow, signal);
    },

    act: (plan, change, signal) => {
      const { name, level } = plan.params;
      return postToTargets(plan, instances, loggerPath(name), loggerBody(level), change, signal);
    },

    undo: (plan) => undoLevelChange(source, plan),
  }),
);

interface PriorLoggerLevel {
  readonly instance: string;
  readonly level: string | null;
}

const loggerPath = (name: string): string => `/loggers/${encodeURIComponent(name)}`;
const loggerBody = (level: string | null): string => JSON.stringify({ configuredLevel: level });

const describeLevel = ({ configured, effective }: ParsedLogger): string =>
  configured ?? `${effective} (inherited)`;

/** Reads a logger of one instance; undefined when it does not exist there. Throws WireError. */
const readLogger = async (
  instance: ActuatorInstance,
  path: string,
  signal: AbortSignal,
): Promise<ParsedLogger | undefined> => {
  try {
    return parseLogger(await instance.ask(path, signal));
  } catch (error) {
    return undefinedIfMissing(error);
  }
};

const isPriorLoggerLevel = (value: unknown): value is PriorLoggerLevel =>
  typeof value === 'object' && value !== null && 'instance' in value && 'level' in value;

/** Undo: restores the previous level of each instance that has changed, one call per level. */
const undoLevelChange = (
  source: string,
  plan: PlanOf<z.infer<typeof loggerParams>>,
): UndoCall | undefined => {
  const { name, level, for: after } = plan.params;
  const earlier = Array.isArray(plan.earlier) ? plan.earlier.filter(isPriorLoggerLevel) : [];
  const moved = earlier.filter((loggerLevel) => loggerLevel.level !== level);
  const [first, ...and] = [...Map.groupBy(moved, (logger) => logger.level)].map(
    ([back, all]): OperationCall => {
      const named = all.flatMap(({ instance }) => (instance === '' ? [] : [instance]));
      return {
        use: `${source}.logger`,
        with: {
          name,
          level: back,
          ...(named.length === 0 ? {} : { instance: named }),
          // Until an automatic reset, an instance may be replaced.
          ...(after === undefined ? {} : { skipMissing: true }),
        },
        title:
          back === null ? `Reset logger ${name} to the inherited level` : `Restore logger ${name} to ${back}`,
        pins: 'value',
      };
    },
  );
  return first && { ...first, ...(and.length === 0 ? {} : { and }) };
};
