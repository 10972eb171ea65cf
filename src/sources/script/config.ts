import { z } from 'zod';
import type { ExpectedHealth } from '../../domain/facts/reading.ts';
import { zDuration } from '../../domain/facts/schema.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { SignalRequest } from '../kit/contract/source.ts';
import { columnReadShape } from '../kit/values/data-table.ts';
import { parseJsonPath } from '../kit/values/json.ts';

export const parseExecRead = (read: SignalRequest['read']): ExecRead | undefined => {
  const parsed = scriptReadSchema.parse(read);
  return 'exec' in parsed ? parsed : undefined;
};

export const parseCheckRead = (read: SignalRequest['read']): CheckRead | undefined => {
  const parsed = scriptReadSchema.parse(read);
  return 'exec' in parsed ? undefined : parsed;
};

/** Name of the check in a read. */
export const checkNameOf = (read: CheckRead): string => {
  if ('perf' in read) return read.perf;
  if ('status' in read) return read.status;
  return 'latency' in read ? read.latency : read.value;
};

/** Id of the check that a read names: by id, or by the only check of a service; undefined when none matches. */
export const resolveCheckId = (name: string, { checks }: ScriptConfig): string | undefined => {
  const ofService = checks.filter((check) => check.service === name);
  const scriptCheck =
    checks.find((check) => scriptCheckId(check) === name) ??
    (ofService.length === 1 ? ofService[0] : undefined);
  return scriptCheck && scriptCheckId(scriptCheck);
};

/** Returns the problem of a read that passed the schema. */
export const scriptReadProblem = (read: SignalRequest['read'], config: ScriptConfig): string | undefined => {
  const exec = parseExecRead(read);
  if (exec !== undefined)
    return exec.parse === 'csv' && exec.column === undefined
      ? 'CSV output requires a column: set column: NAME'
      : undefined;
  const checkRead = parseCheckRead(read);
  if (checkRead === undefined) return undefined;
  const name = checkNameOf(checkRead);
  const id = resolveCheckId(name, config);
  const check = config.checks.find((candidate) => scriptCheckId(candidate) === id);
  const available = config.checks.map(scriptCheckId).join(', ');
  if (check === undefined)
    return `no check "${name}". ${available === '' ? 'None is configured' : `Available: ${available}`}`;
  return 'perf' in checkRead && check.parse !== 'nagios'
    ? `"${name}" is not a check with parse: nagios, so there is no performance data`
    : undefined;
};

/** An argv. A single text would need splitting, and no shell is involved. */
export const zArgv = z
  .array(
    z
      .union([z.string(), z.number(), z.boolean()])
      .transform(String)
      .refine((text) => !text.includes('\0'), {
        error: 'an argument cannot contain a NUL byte: remove the byte',
      }),
    {
      error: (issue) =>
        typeof issue.input === 'string'
          ? 'opsdeck starts programs without a shell: write a list, [program, argument]'
          : undefined,
    },
  )
  .min(1)
  .refine(([program]) => program !== '', {
    error: 'the first argument is the program and cannot be empty: write [program, argument]',
  })
  .meta({
    description: 'program to run, with arguments. No shell is involved',
    examples: [['./check.sh', '-w', '5']],
  });

const zCwd = z
  .string()
  .min(1)
  .meta({ description: 'the program starts in this directory. The default is the directory of the profile' });
const zEnv = z
  .record(
    z.string().regex(/^[A-Za-z_]\w*$/, {
      error: 'not an environment variable: use letters, digits and _, and no digit first',
    }),
    z.string(),
  )
  .meta({
    description: 'environment variables for the program, in addition to PATH, HOME, LANG, LC_* and TZ',
  });

const formats = ['nagios', 'number', 'json', 'csv'] as const;
export type OutputFormat = (typeof formats)[number] | 'exit';

const zCheck = z.strictObject({
  service: z.string().min(1).meta({ description: 'row in Health' }),
  id: z
    .string()
    .min(1)
    .meta({ description: 'signals name the check by this id. The default is the service' })
    .exactOptional(),
  run: zArgv,
  parse: z
    .enum([...formats, 'exit'])
    .meta({ description: 'opsdeck parses the output of the program in this format. The default is nagios' })
    .default('nagios'),
  timeout: zDuration.exactOptional(),
  every: zDuration.exactOptional(),
  cwd: zCwd.exactOptional(),
  env: zEnv.exactOptional(),
});

export type ScriptCheckConfig = z.infer<typeof zCheck>;

/** Identity of a check. */
interface CheckIdentity {
  readonly service: string;
  readonly id?: string;
}

/** Name of a check in signals and feeds. */
export const scriptCheckId = (check: CheckIdentity): string => check.id ?? check.service;

/** Health row of a check: ids distinguish checks of one service, names distinguish endpoints. */
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

/** Health rows of a config, in parsed or raw form; undefined when it is not one. */
export const expectedCheckRows = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const written = zWrittenChecks.safeParse(config).data;
  return written?.checks.map((check) => expectedCheckRow(check, written.checks));
};

export const scriptConfig = z
  .strictObject({
    checks: z.array(zCheck).default([]),
    every: zDuration.prefault('30s').meta({ description: 'how often opsdeck runs the program' }),
    timeout: zDuration.prefault('10s').meta({ description: 'timeout' }),
    cwd: zCwd.exactOptional(),
    env: zEnv.exactOptional(),
  })
  .superRefine(({ checks }, context) => {
    const seen = new Set<string>();
    checks.forEach((check, index) => {
      const id = scriptCheckId(check);
      const message = `duplicate check id "${id}". Set a unique id`;
      if (seen.has(id)) context.addIssue({ code: 'custom', path: ['checks', index], message });
      seen.add(id);
    });
  });

export type ScriptConfig = z.infer<typeof scriptConfig> & {
  /** Endpoints on which its programs run, when reached through `via:`; absent: on this machine. */
  readonly ends?: readonly string[];
};

const zCheckName = z.string().min(1).meta({ description: 'id or service of the check to read' });
const zLabel = z.string().min(1).meta({ description: 'label of the performance data to read' });
const zPath = z.string().refine((path) => parseJsonPath(path) !== undefined, {
  error: 'not a JSON path: use build.seconds or runs[0].ok',
});
const { column, ...columnRest } = columnReadShape;
const outputShape = {
  path: zPath.exactOptional(),
  column: column.exactOptional(),
  ...columnRest,
  label: zLabel.exactOptional(),
};

/** In a signal a time stays a text, so that it can be validated again. */
const zTime = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, {
  error: (issue) => `"${String(issue.input)}" is not a duration: use 5s or 1m`,
});

const zExec = z
  .strictObject({
    exec: zArgv,
    parse: z.enum(formats).meta({ description: 'output format' }),
    ...outputShape,
    timeout: zTime.exactOptional(),
  })
  .meta({ description: 'a value that a program prints' });

export type ExecRead = z.infer<typeof zExec>;

/** Read target of a signal: a separate program, or the output of a check. */
export const scriptReadSchema = z.union([
  zExec,
  z
    .strictObject({ perf: zCheckName, label: zLabel })
    .meta({ description: 'a value of the performance data of a check' }),
  z.strictObject({ status: zCheckName }).meta({ description: 'exit status of the last run of a check' }),
  z
    .strictObject({ latency: zCheckName })
    .meta({ description: 'duration of the last run of a check, in milliseconds' }),
  z
    .strictObject({ value: zCheckName, ...outputShape })
    .meta({ description: 'a value that a check prints, read as `parse` says' }),
]);

type ScriptRead = z.infer<typeof scriptReadSchema>;
export type CheckRead = Exclude<ScriptRead, ExecRead>;
export type OutputRead = Pick<
  ExecRead,
  'path' | 'column' | 'fold' | 'where' | 'delimiter' | 'header' | 'label'
>;
