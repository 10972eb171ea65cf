import type { Millis } from '../../domain/base/fault.ts';
import type { SignalParts } from '../../domain/facts/facts.ts';
import type { LogView } from '../../domain/profile/profile.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type Feed, onDemandStaleMs, type SignalRequest } from '../kit/contract/source.ts';
import { instantQueryPath } from './client.ts';
import { lokiReadSchema } from './config.ts';
import type { LokiContext } from './context.ts';
import { lineCountQuery } from './logql.ts';
import type { LokiLabels, MetricQuerySample } from './parse.ts';
import { type LogPartsPlan, planLogParts } from './parts-plan.ts';

/** More streams than these are not compared: Loki's own limit of series is 500. */
const mostStreams = 2000;
/** The last lines are looked for at least this far back: a healthy program may write less often than lines are counted. */
const leastLookBackMs: Millis = 300_000;

/** A label that no program uses, and the time of a line in it. Source: Loki docs, template functions (`__timestamp__`). */
const timeLabel = 'opsdeck_line_ms';
const withTime = `| label_format ${timeLabel}=\`{{ __timestamp__ | unixEpochMillis }}\` | unwrap ${timeLabel}`;

/** Stream labels by which parts are distinguished: those of the profile, and those of the query. */
const partLabels = (stream: readonly string[], { labelNames }: LogPartsPlan): readonly string[] => [
  ...new Set([...stream, ...labelNames]),
];

const keyOf = (labels: LokiLabels, names: readonly string[]): string =>
  JSON.stringify(
    Object.fromEntries(
      names.flatMap((name) =>
        labels[name] === undefined || labels[name] === '' ? [] : [[name, labels[name]]],
      ),
    ),
  );

const byKey = (
  samples: readonly MetricQuerySample[],
  names: readonly string[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(samples.map(({ labels, value = Number.NaN }) => [keyOf(labels, names), value]));

/** The newest line of each stream in milliseconds since the epoch, by its labels. */
const readLastLines = async (
  { client }: LokiContext,
  { selectors, windowMs }: LogPartsPlan,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> => {
  const back = formatDuration(Math.max(windowMs, leastLookBackMs));
  const read = await Promise.all(
    selectors.map((selector) =>
      client.queryInstant(
        `max_over_time(${selector} ${withTime} [${back}]) by (${names.join(', ')})`,
        signal,
      ),
    ),
  );
  const all = read.flat();
  if (all.length > mostStreams)
    throw new WireError('malformed', `there are more than ${mostStreams} log streams`);
  return byKey(all, names);
};

type Read = Pick<SignalParts, 'values' | 'lastLines' | 'addsUp' | 'windowMs' | 'fold' | 'targets'>;

/** Reads the streams of a value and, where it is a sum over them, how much each adds. Throws WireError. */
const readParts = async (
  parts: LokiContext,
  plan: LogPartsPlan,
  signal: AbortSignal,
): Promise<Read | { readonly hidden: string }> => {
  const { client, config } = parts;
  const names = partLabels(config.stream, plan);
  const { counts, isSum, windowMs } = plan;
  const [lastMs, ...counted] = await Promise.all([
    readLastLines(parts, plan, names, signal),
    ...(counts ?? []).map(async (call) =>
      byKey(await client.queryInstant(`sum by (${names.join(', ')}) (${call})`, signal), names),
    ),
  ]);
  const parsed = counted.flatMap((values) => Object.keys(values)).find((key) => lastMs[key] === undefined);
  if (parsed !== undefined) return { hidden: `the query uses labels of parsed lines: ${parsed}` };
  const linesOf = (key: string): number =>
    counts === undefined ? 1 : Math.max(...counted.map((values) => values[key] ?? 0));
  return {
    values: Object.fromEntries(Object.keys(lastMs).map((key) => [key, linesOf(key)])),
    ...(isSum ? { fold: 'sum' } : {}),
    // A stream without such a line adds nothing.
    addsUp: counts !== undefined,
    lastLines: Object.fromEntries(Object.entries(lastMs).map(([key, ms]) => [key, client.toClock(ms)])),
    targets: {},
    windowMs,
  };
};

/** The feed of the log streams behind a signal, for verifications; undefined: there is nothing that it could read. */
export const logPartsFeed = (
  parts: LokiContext,
  signal: SignalRequest,
  views: readonly LogView[],
): Feed | undefined => {
  const { source, config, client } = parts;
  const read = lokiReadSchema.parse(signal.read);
  const query = 'query' in read ? { logql: read.query } : lineCountQuery(parts, read, views);
  const plan =
    'why' in query ? undefined : planLogParts(query.logql, 'query' in read ? read.fold : undefined);
  if (plan === undefined || 'hidden' in plan) return undefined;
  return {
    id: `${source}/parts:${signal.id}`,
    source,
    name: 'parts',
    kind: 'samples',
    partsOf: signal.id,
    requests: plan.selectors.length + (plan.counts?.length ?? 0),
    everyMs: 0,
    staleMs: onDemandStaleMs,
    timeoutMs: config.timeout,
    read: async (aborted) => {
      try {
        const found = await readParts(parts, plan, aborted);
        return 'hidden' in found
          ? { items: [], partsHiddenBy: found.hidden, faults: [] }
          : { items: [], parts: found, faults: [] };
      } catch (error) {
        return { items: [], faults: [client.fault(instantQueryPath, error)] };
      }
    },
  };
};

/** Names what hides the streams behind a query; undefined: they are read, or there are none. */
export const hiddenLogs = (read: Readonly<Record<string, unknown>>): string | undefined => {
  const parsed = lokiReadSchema.parse(read);
  const plan = 'query' in parsed ? planLogParts(parsed.query, parsed.fold) : undefined;
  return plan !== undefined && 'hidden' in plan ? plan.hidden : undefined;
};
