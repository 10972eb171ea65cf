import { z } from 'zod';

const text = (description: string) => z.string().meta({ description });
const count = (description: string) => z.number().meta({ description });
const flag = (description: string) => z.literal(true).exactOptional().meta({ description });

const zLevel = z.enum(['ok', 'unknown', 'warn', 'crit', 'none']);
const zFault = z.strictObject({ kind: z.string(), source: z.string(), message: z.string() });
const faults = z.array(zFault).meta({ description: 'kind, source and message of each' });

/** Fields of every line. */
const common = {
  at: text('when, ISO 8601 in UTC'),
  env: z.string().exactOptional().meta({ description: 'the environment, where it is about one: SYSTEM/ENV' }),
};

const line = <W extends string, S extends z.ZodRawShape>(what: W, description: string, shape: S) =>
  z.strictObject({ what: z.literal(what), ...common, ...shape }).meta({ description });

const zStep = z.strictObject({
  id: z.string(),
  section: z.enum(['diagnose', 'act', 'verify']),
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
  'watched',
  'ended',
] as const;

/** Trace lines, one schema for each `what`, in the order of docs/reference/trace.md. */
export const traceLines = [
  line('start', 'the first line of each run of the program', {
    trace: z.literal(1).meta({ description: 'the version of this format' }),
    version: text("opsdeck's"),
    node: text("Node's version"),
    os: text('system and processor'),
    pid: count('the process'),
    command: text('the sub-command; `cockpit` without one'),
  }),
  line('config', "the user's `config.yaml` was read", {
    file: text('where it is'),
    found: z.boolean().meta({ description: 'whether there is one' }),
    complaints: count('how much is wrong in it'),
  }),
  line('refused', 'a profile cannot be opened', {
    file: text("the environment's file"),
    complaints: z.array(z.string()).meta({ description: 'as `opsdeck validate` prints them, 50 at most' }),
  }),
  line('profile', 'an environment was opened', {
    file: text("the environment's file"),
    tier: text('`local`, `dev`, `staging` or `production`'),
    sources: z
      .array(z.strictObject({ id: z.string(), type: z.string(), problem: z.string().exactOptional() }))
      .meta({ description: 'id and type of each; `problem`: why it is off' }),
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
          'of each its id, the `source`, the signals (`of`) or the kind of `facts` that it is made from, the log `view` whose lines it counts, and whether it has limits (`judged`)',
      }),
    runbooks: count('how many it has'),
  }),
  line('poll-start', 'a feed is read; without a `poll-end` behind it the read was given up', {
    source: text('the source'),
    feed: text('the feed'),
  }),
  line('poll-end', 'what a read brought', {
    source: text('the source'),
    feed: text('the feed'),
    kind: text('of its facts'),
    ms: count('how long it took'),
    items: count('how many facts it brought'),
    faults,
    moreFaults: z.number().exactOptional().meta({ description: 'faults beyond the 20 that are listed' }),
  }),
  line('verdict', 'a row of a signal has another level, has a value or none for the first time, or is gone', {
    signal: text('the signal'),
    row: text('tells rows of one signal apart'),
    was: zLevel.meta({ description: 'its level before; `none`: there was no row' }),
    level: zLevel.meta({ description: 'its level now; `none`: the row is gone' }),
    value: z.union([z.number(), z.string(), z.null()]).meta({ description: 'null: it has none' }),
    why: z.string().exactOptional().meta({ description: 'the limit that was passed' }),
    fault: zFault.exactOptional().meta({ description: 'why there is no value' }),
  }),
  line('run', 'an event of a run; `event` says which, and which of the other fields are there', {
    run: text('the id of the run, as in the ledger'),
    event: z.enum(runEvents).meta({ description: 'as in the ledger' }),
    runbook: z.string().exactOptional().meta({ description: 'planned: its id' }),
    steps: z.array(zStep).exactOptional().meta({
      description:
        'planned: what each step asks for or means to do, how many objects (`targets`) and `calls` its plan has',
    }),
    step: z.string().exactOptional().meta({ description: 'the step that it is about' }),
    title: z.string().exactOptional().meta({ description: 'acting, ticking: what the step is called' }),
    ok: z.boolean().exactOptional().meta({
      description:
        'whether gates let it pass, a call was answered with success, a step was done, the proofs held',
    }),
    ask: flag('ticking, ticked: it was a word to go on, and no manual step'),
    lines: z.number().exactOptional().meta({ description: 'diagnosed: how many lines came' }),
    unknown: flag('diagnosed: its expression is unknown'),
    faults: faults.exactOptional(),
    checks: z.array(zCheck).exactOptional().meta({ description: 'planned, gated: what each gate said' }),
    proofs: z
      .array(z.strictObject({ id: z.string(), value: z.enum(['true', 'false', 'unknown']), why: z.string() }))
      .exactOptional()
      .meta({ description: 'before, verifying, relapsed: each proof as it stands' }),
    ending: z.string().exactOptional().meta({ description: 'ended: how' }),
    why: z.string().exactOptional().meta({ description: 'what decided it, or what was answered' }),
    sent: z.number().exactOptional().meta({ description: 'ended: how many calls were sent before its end' }),
  }),
  line('stream-open', 'a stream of log lines is read', {
    source: text('the source'),
    stream: text('the stream'),
    follow: z.boolean().meta({ description: 'whether it is followed' }),
  }),
  line('stream-close', 'it is read no more', {
    source: text('the source'),
    stream: text('the stream'),
    ms: count('how long it was open'),
    lines: count('lines that came one by one'),
    bytes: count('of lines, and of chunks of files'),
    faults,
  }),
  line('first-line', 'the first line of a source that a log view lets pass (`opsdeck logs --view`)', {
    source: text('the source'),
    view: text('the view'),
  }),
  line('lost', 'more happened than the disk could take', {
    count: count('events that are missing here'),
  }),
  line('full', 'the file has its largest size; this is the last line', { bytes: count('its size') }),
  line('end', 'the command has ended', { code: count('its exit status') }),
] as const;

/** One trace line. Strict: a field that docs/reference/trace.md does not name is an error. */
export const zTraceLine = z.discriminatedUnion('what', traceLines);

/** Parses one trace line. */
export type TraceLine = z.infer<typeof zTraceLine>;
