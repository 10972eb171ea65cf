import { z } from 'zod';
import { zDuration } from '../../../domain/facts/schema.ts';
import { sshDestinationProblem } from '../../../domain/text/ssh-destination.ts';
import type { SignalRequest } from '../../kit/contract/source.ts';

/** A signal with its parsed read. */
interface HostSignalRead<R> {
  readonly id: string;
  readonly read: R;
}

type Form<K extends string> = Extract<HostRead, { readonly [P in K]: unknown }>;

/** Signals whose read has this key. */
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
    // The key identifies the form: a strict object with that key is of that form.
    return key in parsed ? [{ id, read: parsed as Form<K> }] : [];
  });

/** Rejects text that ssh could take for an option or that contains a line break. */
const zAddress = z.string().superRefine((text, context) => {
  const message = sshDestinationProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const zUnit = z
  .string()
  .regex(/^(?!-)[\w:.@*?[\]\\-]+$/, { error: 'not a unit name: use eventmesh-api or worker@1.service' });

export const zPort = z.number().int().min(1).max(65_535);

const zAbsolute = z
  .string()
  .regex(/^\/[^\p{Cc}]*$/u, { error: 'not an absolute path on the host: begin with /' });

const zOwnedPort = z
  .strictObject({
    port: zPort,
    unit: zUnit.meta({ description: 'name of the unit that must own the port' }).exactOptional(),
  })
  .meta({ description: 'a port, and the name of the unit that must own the port' });

/** Name of an environment variable. */
const zVariable = z.string().regex(/^[A-Za-z_]\w*$/, {
  error: 'not an environment variable: use letters, digits and _, and no digit first',
});

export const hostConfig = z
  .strictObject({
    local: z
      .literal(true)
      .meta({ description: 'reads the machine on which opsdeck runs, in place of SSH' })
      .exactOptional(),
    ssh: z
      .array(zAddress)
      .min(1)
      .meta({
        description: 'SSH destinations of the hosts, each as user@host or as a Host alias of the SSH config',
        examples: [['deploy@10.0.0.1']],
      })
      .exactOptional(),
    units: z.array(zUnit).meta({ description: 'systemd units' }).default([]),
    processes: z
      .array(z.string().min(1))
      .meta({ description: 'names of the processes that must be running on each host' })
      .default([]),
    ports: z
      .array(z.union([zPort.transform((port): z.infer<typeof zOwnedPort> => ({ port })), zOwnedPort]))
      .meta({
        description:
          'TCP ports that a process must listen on. If only one unit is configured, the unit must own them',
      })
      .default([]),
    files: z
      .array(zAbsolute)
      .meta({ description: 'paths or globs of the log files on each host' })
      .default([]),
    archives: z
      .array(
        zAbsolute.refine((glob) => !/[*?[\]]/.test(glob.slice(0, glob.lastIndexOf('/'))), {
          error: 'a wildcard is allowed only in the last part of the path: write /var/log/app/*.log',
        }),
      )
      .meta({
        description: 'globs of archive files. Each file is a row to select from',
        examples: [['/srv/backups/*.tar.gz']],
      })
      .default([]),
    disks: z.array(zAbsolute).meta({ description: 'paths whose file systems doctor checks' }).default(['/']),
    config: z
      .string()
      .min(1)
      .meta({ description: 'path of the SSH config file (default: the file that the SSH client reads)' })
      .exactOptional(),
    client: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'SSH client to run, with the first arguments' })
      .default(['ssh']),
    sudo: z
      .boolean()
      .meta({ description: 'whether to use sudo -n for changes and to find the owner of a port' })
      .default(true),
    cwd: z
      .string()
      .min(1)
      .meta({
        description: 'working directory of programs, relative to the profile. Only for the local machine',
      })
      .exactOptional(),
    passes: z
      .array(zVariable)
      .meta({
        description: 'environment variables that opsdeck passes on to programs. Only for the local machine',
      })
      .default([]),
    every: zDuration.prefault('15s').meta({ description: 'poll interval' }),
    timeout: zDuration.prefault('10s').meta({ description: 'request timeout' }),
  })
  .refine(({ local, ssh }) => (local === undefined) !== (ssh === undefined), {
    error: 'the source names no host: write local: true, or ssh: [user@host]',
  })
  .refine(({ local, cwd, passes }) => local === true || (cwd === undefined && passes.length === 0), {
    error: 'cwd and passes work only with local: true. Over SSH a program starts in the home directory',
  });

export type HostConfig = z.infer<typeof hostConfig>;

const percent = (what: string) => ({ description: `${what}, percent` });

/** Read targets of a signal: exactly one of these. Several hosts become several series, with the label host. */
export const hostReads = z.union([
  z.strictObject({ cpu: z.literal(true) }).meta(percent('CPU usage of the host between two readings')),
  z
    .strictObject({ memory: z.literal(true) })
    .meta(percent('memory usage of the host, which is the total minus the available memory')),
  z.strictObject({ disk: zAbsolute }).meta(percent('usage of the file system that has this path')),
  z
    .strictObject({ load: z.union([z.literal(1), z.literal(5), z.literal(15)]) })
    .meta({ description: 'load average of the host over 1, 5 or 15 minutes' }),
  z.strictObject({ unit: zUnit, value: z.enum(['active', 'restarts', 'memory']) }).meta({
    description:
      'a number about a unit: the state (1 for active, 0 for inactive), the restarts, or the memory in bytes',
  }),
  z
    .strictObject({ environment: zUnit, lacks: z.array(z.string().min(1)).min(1) })
    .meta({ description: 'how many of these environment variables a unit lacks' }),
  z
    .strictObject({ diskBusy: z.literal(true) })
    .meta(percent('utilization of the busiest disk between two readings')),
  z.strictObject({ newest: zAbsolute, read: z.enum(['ageHours', 'bytes', 'count']) }).meta({
    description: 'a number about the matching archives: age or size of the newest one, or how many there are',
  }),
  z.strictObject({ port: zPort }).meta({ description: '1 if a process listens on the port, otherwise 0' }),
  z
    .strictObject({ connections: zPort })
    .meta({ description: 'number of established connections to the port' }),
]);

type HostRead = z.infer<typeof hostReads>;
