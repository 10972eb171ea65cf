import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';
import type { SignalRequest } from '../source.ts';

/** A signal with its read in one shape. */
interface HostSignalRead<R> {
  readonly id: string;
  readonly read: R;
}

type Form<K extends string> = Extract<HostRead, { readonly [P in K]: unknown }>;

/** The signals whose read has this key. */
export const hostSignalsOfForm = <
  K extends
    | 'cpu'
    | 'memory'
    | 'disk'
    | 'load'
    | 'unit'
    | 'port'
    | 'connections'
    | 'environment'
    | 'diskBusy'
    | 'newest',
>(
  signals: readonly SignalRequest[],
  key: K,
): readonly HostSignalRead<Form<K>>[] =>
  signals.flatMap(({ id, read }) => {
    const parsed = hostReads.parse(read);
    // The key is what tells the forms apart: a strict object that has it is of that form.
    return key in parsed ? [{ id, read: parsed as Form<K> }] : [];
  });

/** What could be taken for an option of ssh, or for another line, is none. */
const zAddress = z
  .string()
  .regex(/^(?!-)[^\s\p{Cc}'"\\]+$/u, { error: 'user@host, host, or a name of the ssh config' })
  .refine((text) => !/@-|^@|@$/.test(text), { error: 'user@host, host, or a name of the ssh config' });

const zUnit = z
  .string()
  .regex(/^(?!-)[\w:.@*?[\]\\-]+$/, { error: 'the name of a unit: eventmesh-api, or worker@1.service' });

export const zPort = z.number().int().min(1).max(65_535);

const zAbsolute = z.string().regex(/^\/[^\p{Cc}]*$/u, { error: 'an absolute path on the host' });

const zOwnedPort = z
  .strictObject({
    port: zPort,
    unit: zUnit.meta({ description: 'the unit whose process has to hold it' }).exactOptional(),
  })
  .meta({ description: 'a port and the unit that has to hold it' });

/** The name of an environment variable. */
const zVariable = z.string().regex(/^[A-Za-z_]\w*$/, { error: 'no name of an environment variable' });

export const hostConfig = z
  .strictObject({
    local: z.literal(true).meta({ description: 'this machine' }).exactOptional(),
    ssh: z
      .array(zAddress)
      .min(1)
      .meta({ description: 'hosts as ssh knows them', examples: [['deploy@10.0.0.1']] })
      .exactOptional(),
    units: z.array(zUnit).meta({ description: 'systemd units' }).default([]),
    processes: z
      .array(z.string().min(1))
      .meta({ description: 'programs that have to run, by their name' })
      .default([]),
    ports: z
      .array(z.union([zPort.transform((port): z.infer<typeof zOwnedPort> => ({ port })), zOwnedPort]))
      .meta({ description: 'TCP ports that have to be listened to; of the unit, where there is only one' })
      .default([]),
    files: z.array(zAbsolute).meta({ description: 'log files, or globs of them, on each host' }).default([]),
    archives: z
      .array(
        zAbsolute.refine((glob) => !/[*?[\]]/.test(glob.slice(0, glob.lastIndexOf('/'))), {
          error: 'wildcards in the last part only',
        }),
      )
      .meta({
        description: 'files to choose from, as globs of their directory: a row each',
        examples: [['/srv/backups/*.tar.gz']],
      })
      .default([]),
    disks: z
      .array(zAbsolute)
      .meta({ description: 'paths whose file systems doctor looks at' })
      .default(['/']),
    config: z.string().min(1).meta({ description: "ssh's config file; default: ssh's own" }).exactOptional(),
    client: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'the ssh client and its first arguments' })
      .default(['ssh']),
    sudo: z
      .boolean()
      .meta({ description: 'whether changes, and who holds a port, are asked for by sudo -n' })
      .default(true),
    cwd: z
      .string()
      .min(1)
      .meta({ description: 'local: where programs are started, relative to the profile' })
      .exactOptional(),
    passes: z
      .array(zVariable)
      .meta({ description: 'local: variables of our own environment that programs get, where they are set' })
      .default([]),
    every: zDuration.prefault('15s').meta({ description: 'how often it is read' }),
    timeout: zDuration.prefault('10s').meta({ description: 'how long an answer may take' }),
  })
  .refine(({ local, ssh }) => (local === undefined) !== (ssh === undefined), {
    error: 'say which: local: true, or ssh: [user@host]',
  })
  .refine(({ local, cwd, passes }) => local === true || (cwd === undefined && passes.length === 0), {
    error: 'cwd and passes are for local: true; over ssh a program starts where the login does',
  });

export type HostConfig = z.infer<typeof hostConfig>;

const percent = (what: string) => ({ description: `${what}, percent` });

/** What a signal reads: exactly one of these. Several hosts are several series, by the label host. */
export const hostReads = z.union([
  z.strictObject({ cpu: z.literal(true) }).meta(percent('time that is not idle, between two readings')),
  z.strictObject({ memory: z.literal(true) }).meta(percent('memory that is not available')),
  z.strictObject({ disk: zAbsolute }).meta(percent('used of the file system that holds this path')),
  z
    .strictObject({ load: z.union([z.literal(1), z.literal(5), z.literal(15)]) })
    .meta({ description: 'load average of so many minutes' }),
  z
    .strictObject({ unit: zUnit, value: z.enum(['active', 'restarts', 'memory']) })
    .meta({ description: 'of a unit: 1 or 0, its restarts, its bytes' }),
  z
    .strictObject({ environment: zUnit, lacks: z.array(z.string().min(1)).min(1) })
    .meta({ description: 'how many of these variables a unit is started without' }),
  z
    .strictObject({ diskBusy: z.literal(true) })
    .meta(percent('time in which the busiest disk worked, between two readings')),
  z
    .strictObject({ newest: zAbsolute, read: z.enum(['ageHours', 'bytes', 'count']) })
    .meta({ description: 'of the newest of some archives: its age, its size; how many there are' }),
  z.strictObject({ port: zPort }).meta({ description: '1 when it is listened to, 0 when not' }),
  z.strictObject({ connections: zPort }).meta({ description: 'established connections to a port' }),
]);

type HostRead = z.infer<typeof hostReads>;
