import { z } from 'zod';
import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import { defined } from '../../domain/base/defined.ts';
import { type ActEvent, notApplicable, type OperationCall } from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, readForPlan } from '../kit/operations/define-operation.ts';
import { plannedReset, zResetAfter } from '../kit/operations/temporary-change.ts';
import { field } from '../kit/values/wire-value.ts';
import type { MongoClient, MongoContext } from './client.ts';
import { numberIn } from './parse.ts';
import { privilegePermit } from './permissions.ts';
import { mongoCommandLine, sendMongoCommand } from './send-command.ts';
import { isSecretParameter, parameterText } from './server-rows.ts';

const isCall = (value: unknown): value is OperationCall =>
  typeof value === 'object' && value !== null && 'use' in value && 'with' in value && 'title' in value;

interface EarlierSetting {
  /** The member that has the value: the others have their own. */
  readonly member: string;
  readonly undo: OperationCall;
}

const isEarlier = (value: unknown): value is EarlierSetting =>
  typeof value === 'object' && value !== null && 'member' in value && 'undo' in value && isCall(value.undo);

const undoOf = ({ earlier }: { readonly earlier?: unknown }): OperationCall | undefined =>
  isEarlier(earlier) ? earlier.undo : undefined;
const memberOf = ({ earlier }: { readonly earlier?: unknown }): { readonly member?: string } =>
  isEarlier(earlier) ? { member: earlier.member } : {};

/** Asks one command, and which member has answered. Throws MongoError. */
const askMember = async (
  client: MongoClient,
  database: string,
  command: MongoDocument,
  signal: AbortSignal,
): Promise<{ readonly reply: MongoDocument; readonly member: string }> => {
  const { replies, member } = await client.askAll({ commands: [{ database, command }] }, signal);
  return { reply: replies[0] ?? {}, member: member.address };
};

/** Reports the value that the server has now. */
async function* reportValue(client: MongoClient, read: () => Promise<string>): AsyncGenerator<ActEvent> {
  try {
    yield { is: 'output', text: await read() };
  } catch (error) {
    yield {
      is: 'output',
      text: `opsdeck cannot read the current value of the setting: ${client.fault('settings', error).message}`,
    };
  }
}

interface Profiler {
  readonly level: number;
  readonly slowMs: number | undefined;
}

const profilerOf = (reply: MongoDocument): Profiler => {
  const level = numberIn(reply, 'was');
  if (level === undefined)
    throw notApplicable(
      'the server does not report the level of the profiler, which undo needs: change the level in mongosh',
    );
  return { level, slowMs: numberIn(reply, 'slowms') };
};

const profilerState = ({ level, slowMs }: Profiler): string =>
  `level ${level}${slowMs === undefined ? '' : `, slowms ${slowMs}`}`;

const profileParams = z.strictObject({
  level: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .meta({ description: '0: off. 1: slow operations. 2: every operation' }),
  slowMs: z
    .int()
    .min(0)
    .max(3_600_000)
    .meta({
      description:
        'duration in milliseconds from which an operation is slow, for the profiler and the log (default: unchanged)',
    })
    .exactOptional(),
  for: zResetAfter.exactOptional(),
});

const profileCommand = ({ level, slowMs }: z.infer<typeof profileParams>): MongoDocument => ({
  profile: level,
  ...defined({ slowms: slowMs }),
});

/** `profile`: sets the profiler of the database, until the server restarts. Source: MongoDB docs, profile. */
export const profileOperation = defineOperation(
  { name: 'profile', danger: 'safe', params: profileParams },
  ({ client }: MongoContext) => {
    const read = (signal: AbortSignal) => askMember(client, client.database, { profile: -1 }, signal);
    return {
      plan: async (params, signal) => {
        const { reply, member } = await readForPlan(client, 'settings', () => read(signal));
        const was = profilerOf(reply);
        const next = { level: params.level, slowMs: params.slowMs ?? was.slowMs };
        const undo: OperationCall = {
          use: `${client.source}.profile`,
          with: { level: was.level, ...defined({ slowMs: was.slowMs }) },
          title: `Restore the profiler of ${client.database} to ${profilerState(was)}`,
          pins: 'value',
        };
        return {
          targets: [
            {
              name: client.database,
              uid: `${member} profiler of ${client.database}`,
              saw: profilerState(was),
              where: member,
            },
          ],
          calls: [{ line: mongoCommandLine(client.database, profileCommand(params)), target: 0 }],
          objects: [
            `the profiler of ${client.database} on ${member}, which now has ${profilerState(was)}`,
            ...(params.slowMs === undefined || params.slowMs === was.slowMs
              ? []
              : ['slowms applies to the log of all databases of the server, too']),
            ...(params.level === 2
              ? ['level 2 writes a document for every operation: use level 2 for a few minutes only']
              : []),
          ],
          changes: [`profiler: ${profilerState(was)} → ${profilerState(next)}`],
          earlier: { member, undo },
          ...plannedReset(params.for, profilerState(next)),
        };
      },
      permits: (_, signal) =>
        privilegePermit(
          client,
          [{ action: 'enableProfiler', resource: { db: client.database, collection: '' } }],
          signal,
        ),
      recheck: async ({ targets: [target] }, signal) => {
        const { reply, member } = await read(signal);
        const found = profilerState(profilerOf(reply));
        if (target === undefined || (found === target.saw && member === target.where)) return undefined;
        return {
          target: target.name,
          planned: `${target.saw} on ${target.where}`,
          found: `${found} on ${member}`,
        };
      },
      act: async function* (plan, change: ChangeIo, signal) {
        const command = profileCommand(plan.params);
        const request = { database: client.database, command, ...memberOf(plan) };
        const reply = yield* sendMongoCommand(client, change, request, () => ({ status: 'set' }), signal);
        if (reply !== undefined)
          yield* reportValue(
            client,
            async () => `the profiler has ${profilerState(profilerOf((await read(signal)).reply))}`,
          );
      },
      undo: undoOf,
    };
  },
);

const zValue = z.union([z.number(), z.boolean(), z.string()]);

const settingParams = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][\w.]*$/, {
      error: 'not a parameter name: use a name from getParameter, such as notablescan',
    })
    .refine((name) => !isSecretParameter(name), {
      error: 'opsdeck does not change passwords or keys: use mongosh',
    })
    .meta({ examples: ['internalQueryMaxBlockingSortMemoryUsageBytes'] }),
  value: zValue.meta({
    description: 'value to set: a number, a text, true or false',
    examples: [335_544_320],
  }),
});

/** The value of a parameter, and whether it can be set now. Throws MongoError, and PlanError if it cannot. */
const readParameter = async (
  client: MongoClient,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly value: z.infer<typeof zValue>; readonly member: string }> => {
  const command = { getParameter: { showDetails: true }, [name]: 1 };
  const { reply, member } = await askMember(client, 'admin', command, signal);
  const detail = reply[name];
  if (field(detail, 'settableAtRuntime') === false)
    throw notApplicable(
      `${name} can be set only in the configuration file of the server, and takes effect at the next start`,
    );
  const { success, data } = zValue.safeParse(field(detail, 'value') ?? detail);
  if (!success)
    throw notApplicable(
      `only parameters with one value can be set here, and ${name} has several: change the parameter in mongosh`,
    );
  return { value: data, member };
};

const settingCommand = ({ name, value }: z.infer<typeof settingParams>): MongoDocument => ({
  setParameter: 1,
  [name]: value,
});

/** `setting`: sets a parameter of one member until it restarts. Source: MongoDB docs, setParameter. */
export const mongoSettingOperation = defineOperation(
  { name: 'setting', danger: 'disruptive', params: settingParams },
  ({ client }: MongoContext) => ({
    plan: async (params, signal) => {
      const { name } = params;
      const { value: was, member } = await readForPlan(client, 'settings', () =>
        readParameter(client, name, signal),
      );
      const shown = parameterText(name, was);
      const undo: OperationCall = {
        use: `${client.source}.setting`,
        with: { name, value: was },
        title: `Restore ${name} to ${shown}`,
        pins: 'value',
      };
      return {
        targets: [
          {
            name: client.service,
            uid: `${member} parameter ${name}`,
            saw: String(was),
            where: member,
            place: member,
          },
        ],
        calls: [{ line: mongoCommandLine('admin', settingCommand(params)), target: 0 }],
        objects: [
          `the parameter ${name} of ${member}, which is now ${shown}. Other members keep their values`,
          'the new value is lost at the next restart of the server',
        ],
        changes: [`${name}: ${shown} → ${parameterText(name, params.value)}`],
        earlier: { member, undo },
      };
    },
    permits: (_, signal) =>
      privilegePermit(client, [{ action: 'setParameter', resource: 'cluster' }], signal),
    recheck: async ({ params: { name }, targets: [target] }, signal) => {
      const { value, member } = await readParameter(client, name, signal);
      if (target === undefined || (String(value) === target.saw && member === target.where)) return undefined;
      return { target: name, planned: `${target.saw} on ${target.where}`, found: `${value} on ${member}` };
    },
    act: async function* (plan, change, signal) {
      const request = { database: 'admin', command: settingCommand(plan.params), ...memberOf(plan) };
      const reply = yield* sendMongoCommand(client, change, request, () => ({ status: 'set' }), signal);
      const { name } = plan.params;
      if (reply !== undefined)
        yield* reportValue(
          client,
          async () => `${name}: ${parameterText(name, (await readParameter(client, name, signal)).value)}`,
        );
    },
    undo: undoOf,
  }),
);
