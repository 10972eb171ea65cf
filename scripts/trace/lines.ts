import { z } from 'zod';

const text = (description: string) => z.string().meta({ description });
const count = (description: string) => z.number().meta({ description });
const flag = (description: string) => z.literal(true).exactOptional().meta({ description });

const zLevel = z.enum(['ok', 'unknown', 'warn', 'crit', 'none']);
const zFault = z.strictObject({ kind: z.string(), source: z.string(), message: z.string() });
const faults = z.array(zFault).meta({ description: 'kind, source and message of each fault' });

/** Fields of all lines. */
const common = {
  at: text('time, ISO 8601 in UTC'),
  env: z.string().exactOptional().meta({ description: 'environment of the event, if any: SYSTEM/ENV' }),
};

const line = <W extends string, S extends z.ZodRawShape>(what: W, description: string, shape: S) =>
  z.strictObject({ what: z.literal(what), ...common, ...shape }).meta({ description });

const zStep = z.strictObject({
  id: z.string(),
  section: z.enum(['diagnose', 'act', 'verify', 'after', 'prevent']),
  use: z.string().exactOptional(),
  that: z.string().exactOptional(),
  manual: z.literal(true).exactOptional(),
  danger: z.enum(['read', 'safe', 'disruptive', 'destructive']).exactOptional(),
  targets: z.number().exactOptional(),
  calls: z.number().exactOptional(),
});

const zCheck = z.strictObject({
  what: z.string(),
  ok: z.union([z.boolean(), z.literal('unknown')]),
  why: z.string(),
});

const runEvents = [
  'planned',
  'diagnosed',
  'gated',
  'confirmed',
  'window',
  'acting',
  'output',
  'acted',
  'paused',
  'ticking',
  'ticked',
  'before',
  'verifying',
  'login',
  'renewed',
  'noted',
  'watching',
  'relapsed',
  'incident',
  'watched',
  'forward-closed',
  'approval-requested',
  'approved',
  'approval-refused',
  'approval-withdrawn',
  'reset-scheduled',
  'ended',
] as const;

/** Trace lines, one schema for each `what`, in the order of docs/reference/trace.md. */
export const traceLines = [
  line('start', 'first line of every process', {
    trace: z.literal(1).meta({ description: 'version of the trace format' }),
    version: text('version of opsdeck'),
    node: text('version of Node.js'),
    os: text('operating system and architecture'),
    pid: count('process ID'),
    command: text('subcommand; `cockpit` if none was given'),
  }),
  line('config', "the user's `config.yaml` was read", {
    file: text('its path'),
    found: z.boolean().meta({ description: 'whether the file exists' }),
    complaints: count('number of errors and warnings in it'),
  }),
  line('plugin', 'a plugin of `config.yaml` was loaded, or failed to load', {
    name: text('package name'),
    sourceTypes: z.array(z.string()).meta({ description: 'source types that it provides' }),
    problem: zFault.exactOptional().meta({ description: 'why it failed to load' }),
  }),
  line('refused', 'a profile could not be opened', {
    file: text('the profile'),
    complaints: z
      .array(z.string())
      .meta({ description: 'the first 50 errors, as `opsdeck validate` prints them' }),
  }),
  line('profile', 'an environment was opened', {
    file: text('the profile'),
    tier: text('`local`, `dev`, `staging` or `production`'),
    sources: z
      .array(z.strictObject({ id: z.string(), type: z.string(), problem: z.string().exactOptional() }))
      .meta({ description: 'ID and type of each source; `problem`: why it is disabled' }),
    signals: z
      .array(
        z.strictObject({
          id: z.string(),
          source: z.string().exactOptional(),
          of: z.array(z.string()).exactOptional(),
          facts: z.string().exactOptional(),
          view: z.string().exactOptional(),
          judged: z.boolean(),
        }),
      )
      .meta({
        description:
          'ID of each signal; its `source`, or the signals (`of`) or kind of `facts` it is computed from, or the log `view` whose lines it counts; `judged`: it has thresholds',
      }),
    runbooks: count('number of runbooks'),
  }),
  line('poll-start', 'a read of a feed starts; without a following `poll-end` it was canceled', {
    source: text('ID of the source'),
    feed: text('name of the feed'),
  }),
  line('poll-end', 'a read of a feed ended', {
    source: text('ID of the source'),
    feed: text('name of the feed'),
    kind: text('kind of its facts'),
    ms: count('duration in ms'),
    items: count('number of facts'),
    faults,
    moreFaults: z.number().exactOptional().meta({ description: 'number of faults beyond the 20 listed' }),
  }),
  line('backfill', 'a read of earlier values, for charts and sparklines, ended', {
    source: text('ID of the source'),
    feed: text('name of the feed'),
    ms: count('duration in ms'),
    series: count('number of series with earlier values'),
    faults,
  }),
  line('verdict', 'a row of a signal changed its level, got or lost its value, or was removed', {
    signal: text('ID of the signal'),
    row: text('identifies a row within its signal'),
    was: zLevel.meta({ description: 'previous level; `none`: new row' }),
    level: zLevel.meta({ description: 'current level; `none`: removed row' }),
    value: z.union([z.number(), z.string(), z.null()]).meta({ description: 'null: no value' }),
    why: z.string().exactOptional().meta({ description: 'the threshold that was crossed' }),
    fault: zFault.exactOptional().meta({ description: 'why the value is missing' }),
  }),
  line('run', 'an event of a run; `event` determines which other fields are present', {
    run: text('run ID, as in the ledger'),
    event: z.enum(runEvents).meta({ description: 'event name, as in the ledger' }),
    runbook: z.string().exactOptional().meta({ description: 'planned: ID of the runbook' }),
    steps: z.array(zStep).exactOptional().meta({
      description: 'planned: the steps; `targets` and `calls` count the objects and requests of a plan',
    }),
    step: z.string().exactOptional().meta({ description: 'ID of the step' }),
    title: z.string().exactOptional().meta({ description: 'acting, ticking: title of the step' }),
    ok: z.boolean().exactOptional().meta({
      description:
        'whether the gates passed, the call succeeded, the step was done, or the verifications passed',
    }),
    ask: flag('ticking, ticked: a confirmation to continue, not a manual step'),
    lines: z.number().exactOptional().meta({ description: 'diagnosed: number of lines' }),
    unknown: flag('diagnosed: the result of its expression is unknown'),
    faults: faults.exactOptional().meta({ description: 'diagnosed: kind, source and message of each fault' }),
    checks: z.array(zCheck).exactOptional().meta({ description: 'planned, gated: result of each gate' }),
    proofs: z
      .array(z.strictObject({ id: z.string(), value: z.enum(['true', 'false', 'unknown']), why: z.string() }))
      .exactOptional()
      .meta({ description: 'before, verifying, relapsed: state of each verification' }),
    ending: z.string().exactOptional().meta({ description: 'ended: the ending' }),
    why: z.string().exactOptional().meta({ description: 'reason, or the response' }),
    sent: z.number().exactOptional().meta({ description: 'ended: number of requests sent' }),
  }),
  line('stream-open', 'a log stream was opened', {
    source: text('ID of the source'),
    stream: text('name of the log stream'),
    follow: z.boolean().meta({ description: 'whether new lines are followed' }),
  }),
  line('stream-close', 'a log stream was closed', {
    source: text('ID of the source'),
    stream: text('name of the log stream'),
    ms: count('duration in ms'),
    lines: count('number of lines received individually'),
    bytes: count('bytes in lines and file chunks'),
    faults,
  }),
  line('first-line', 'first line of a source that matches a log view (`opsdeck logs --view`)', {
    source: text('ID of the source'),
    view: text('name of the log view'),
  }),
  line('lost', 'events were dropped because the disk was too slow', {
    count: count('number of dropped events'),
  }),
  line('full', 'the file has reached its maximum size; this is its last line', {
    bytes: count('size of the file'),
  }),
  line('end', 'the process ended', { code: count('exit code') }),
] as const;

/** One trace line. Strict: a field that docs/reference/trace.md does not name is an error. */
export const zTraceLine = z.discriminatedUnion('what', traceLines);

/** Parses one trace line. */
export type TraceLine = z.infer<typeof zTraceLine>;
