import { z } from 'zod';
import { parseDuration } from '../../domain/duration.ts';
import type { ExpectedHealth } from '../../domain/reading.ts';
import { zDuration } from '../../domain/schema.ts';
import { columnReadShape } from '../data-table.ts';
import { parseJsonPath } from '../json.ts';
import type { SignalRequest } from '../source.ts';

export const parseExecRead = (read: SignalRequest['read']): ExecRead | undefined => {
  const parsed = scriptReadSchema.parse(read);
  return 'exec' in parsed ? parsed : undefined;
};

export const parseCheckRead = (read: SignalRequest['read']): CheckRead | undefined => {
  const parsed = scriptReadSchema.parse(read);
  return 'exec' in parsed ? undefined : parsed;
};

/** What a read calls the check that it reads. */
export const checkNameOf = (read: CheckRead): string => {
  if ('perf' in read) return read.perf;
  if ('status' in read) return read.status;
  return 'latency' in read ? read.latency : read.value;
};

/** The id of the check that a read names: by id, or by the only check of a service; undefined when none fits. */
export const resolveCheckId = (name: string, { checks }: ScriptConfig): string | undefined => {
  const ofService = checks.filter((check) => check.service === name);
  const found =
    checks.find((check) => scriptCheckId(check) === name) ??
    (ofService.length === 1 ? ofService[0] : undefined);
  return found && scriptCheckId(found);
};

/** What is wrong with a read that the schema has passed. */
export const scriptReadProblem = (read: SignalRequest['read'], config: ScriptConfig): string | undefined => {
  const exec = parseExecRead(read);
  if (exec !== undefined)
    return exec.parse === 'csv' && exec.column === undefined
      ? 'of a CSV output it has to say which column; write column: NAME'
      : undefined;
  const wanted = parseCheckRead(read);
  if (wanted === undefined) return undefined;
  const name = checkNameOf(wanted);
  const id = resolveCheckId(name, config);
  const check = config.checks.find((one) => scriptCheckId(one) === id);
  const there = config.checks.map(scriptCheckId).join(', ');
  if (check === undefined)
    return `there is no check "${name}" here; there ${there === '' ? 'are none' : `is ${there}`}`;
  return 'perf' in wanted && check.parse !== 'nagios'
    ? `"${name}" is no nagios check, so it has no performance data`
    : undefined;
};

/** An argv. A text would have to be split by somebody, and there is no shell here. */
export const zArgv = z
  .array(
    z
      .union([z.string(), z.number(), z.boolean()])
      .transform(String)
      .refine((one) => !one.includes('\0'), {
        error: 'an argument holds no zero byte',
      }),
    {
      error: (issue) =>
        typeof issue.input === 'string'
          ? 'a list of arguments: [program, argument]; no shell splits a text'
          : undefined,
    },
  )
  .min(1)
  .refine(([program]) => program !== '', { error: 'the first of them names the program' })
  .meta({
    description: 'the program and its arguments, as they are: no shell',
    examples: [['./check.sh', '-w', '5']],
  });

const zCwd = z.string().min(1).meta({ description: 'where it is started; default: where the profile is' });
const zEnv = z
  .record(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'no name of an environment variable' }), z.string())
  .meta({ description: 'beside PATH, HOME, LANG, LC_* and TZ, which is all it gets of ours' });

const formats = ['nagios', 'number', 'json', 'csv'] as const;
export type OutputFormat = (typeof formats)[number] | 'exit';

const zCheck = z.strictObject({
  service: z.string().min(1).meta({ description: 'the row of HEALTH that it fills' }),
  id: z.string().min(1).meta({ description: 'what signals call it; default: the service' }).exactOptional(),
  run: zArgv,
  parse: z
    .enum([...formats, 'exit'])
    .meta({ description: 'what its end and its output mean; default: nagios' })
    .default('nagios'),
  timeout: zDuration.exactOptional(),
  every: zDuration.exactOptional(),
  cwd: zCwd.exactOptional(),
  env: zEnv.exactOptional(),
});

export type ScriptCheckConfig = z.infer<typeof zCheck>;

/** What tells a check from the others. */
interface CheckIdentity {
  readonly service: string;
  readonly id?: string;
}

/** What signals and feeds call a check. */
export const scriptCheckId = (check: CheckIdentity): string => check.id ?? check.service;

/** The health row that a check fills: checks of one service are told apart by their ids, ends by their names. */
export const expectedCheckRow = (
  check: CheckIdentity,
  checks: readonly CheckIdentity[],
  end = '',
): ExpectedHealth => {
  const isOnly = checks.filter((other) => other.service === check.service).length === 1;
  const instance = [end, isOnly ? '' : scriptCheckId(check)].filter((part) => part !== '').join('/');
  return { service: check.service, instance };
};

const zWrittenChecks = z.object({
  checks: z.array(z.object({ service: z.string(), id: z.string().exactOptional() })),
});

/** The rows that a config promises, as the schema made it or as it was written; undefined when it is none. */
export const expectedCheckRows = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const found = zWrittenChecks.safeParse(config).data;
  return found?.checks.map((check) => expectedCheckRow(check, found.checks));
};

export const scriptConfig = z
  .strictObject({
    checks: z.array(zCheck).default([]),
    every: zDuration.prefault('30s').meta({ description: 'how often each is run' }),
    timeout: zDuration.prefault('10s').meta({ description: 'after how long it is ended' }),
    cwd: zCwd.exactOptional(),
    env: zEnv.exactOptional(),
  })
  .superRefine(({ checks }, context) => {
    const seen = new Set<string>();
    checks.forEach((check, index) => {
      const id = scriptCheckId(check);
      const message = `another check is called "${id}"; give this one an id`;
      if (seen.has(id)) context.addIssue({ code: 'custom', path: ['checks', index], message });
      seen.add(id);
    });
  });

export type ScriptConfig = z.infer<typeof scriptConfig> & {
  /** Where its programs are run when it is reached through `via:`; absent: on this machine. */
  readonly ends?: readonly string[];
};

const zCheckName = z.string().min(1).meta({ description: 'the id of a check, or its service' });
const zLabel = z.string().min(1).meta({ description: 'a label of its performance data' });
const zPath = z
  .string()
  .refine((path) => parseJsonPath(path) !== undefined, { error: 'a path: build.seconds, runs[0].ok' });
const { column, ...columnRest } = columnReadShape;
const outputShape = {
  path: zPath.exactOptional(),
  column: column.exactOptional(),
  ...columnRest,
  label: zLabel.exactOptional(),
};

/** In a signal a time stays a text, so that what was checked can be checked again. */
const zTime = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is no time: 5s, 1m`,
});

const zExec = z
  .strictObject({
    exec: zArgv,
    parse: z.enum(formats).meta({ description: 'what it prints' }),
    ...outputShape,
    timeout: zTime.exactOptional(),
  })
  .meta({ description: 'a value that a program prints' });

export type ExecRead = z.infer<typeof zExec>;

/** What a signal reads: a program of its own, or something of a check. */
export const scriptReadSchema = z.union([
  zExec,
  z
    .strictObject({ perf: zCheckName, label: zLabel })
    .meta({ description: "a value of a check's performance data" }),
  z.strictObject({ status: zCheckName }).meta({ description: 'its exit status' }),
  z.strictObject({ latency: zCheckName }).meta({ description: 'ms from its start to its end' }),
  z
    .strictObject({ value: zCheckName, ...outputShape })
    .meta({ description: 'a value that a check prints, as its parse says' }),
]);

type ScriptRead = z.infer<typeof scriptReadSchema>;
export type CheckRead = Exclude<ScriptRead, ExecRead>;
export type OutputRead = Pick<
  ExecRead,
  'path' | 'column' | 'fold' | 'where' | 'delimiter' | 'header' | 'label'
>;
