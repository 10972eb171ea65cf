import type { LogView } from '../../domain/profile/profile.ts';
import { checkFinding, type Finding, type SignalRequest } from '../kit/contract/source.ts';
import { field, text } from '../kit/values/wire-value.ts';
import { instantQueryPath, seriesPath } from './client.ts';
import { lokiReadSchema } from './config.ts';
import type { LokiContext } from './context.ts';
import { lineCountQuery } from './logql.ts';
import { groupStreams } from './streams.ts';

interface DoctorScope {
  readonly signals: readonly SignalRequest[];
  readonly views: readonly LogView[];
}

const buildInfoPath = '/loki/api/v1/status/buildinfo';
const readyPath = '/ready';

/** Examines Loki: tries everything that the profile reads from it. */
export const diagnoseLoki = async (
  parts: LokiContext,
  { signals, views }: DoctorScope,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const reached = await checkCall(parts, buildInfoPath, async () => {
    const version = text(field((await parts.client.get(buildInfoPath, signal)).json(), 'version'));
    return { ok: true, what: `Loki ${version ?? '(unknown version)'} at ${parts.client.endpoint.base}` };
  });
  if (!reached.ok) return [reached];
  const findings = await Promise.all([
    checkCall(parts, readyPath, async () => {
      await parts.client.get(readyPath, signal);
      return { ok: true, what: 'ready' };
    }),
    checkStreams(parts, signal),
    ...signals.map((request) => checkSignal(parts, request, views, signal)),
  ]);
  return [reached, ...findings];
};

/** Returns the finding of a call, or a finding that reports its failure. */
const checkCall = (
  { source, client }: LokiContext,
  path: string,
  find: () => Promise<Omit<Finding, 'source'>>,
): Promise<Finding> =>
  checkFinding(
    (error) => client.fault(path, error),
    async () => ({ source, ...(await find()) }),
  );

const checkStreams = (parts: LokiContext, signal: AbortSignal): Promise<Finding> =>
  checkCall(parts, seriesPath, async () => {
    const { config, client } = parts;
    const series = await client.series(config.query, config.lookback, signal);
    const many = new Set(series.map((labels) => JSON.stringify(labels))).size;
    const { labelNames: names, groups } = groupStreams(series, config.stream, config.limit);
    if (many === 0)
      return {
        ok: false,
        what: `no stream matches ${config.query}`,
        remedy: 'check the labels, and orgId: with multi-tenancy, a tenant sees no streams of others',
      };
    return {
      ok: true,
      what: `${many} streams match ${config.query}, grouped into ${groups.length} by ${names.join(', ')}`,
    };
  });

const checkSignal = (
  parts: LokiContext,
  { id, read: written }: SignalRequest,
  views: readonly LogView[],
  signal: AbortSignal,
): Promise<Finding> =>
  checkCall(parts, instantQueryPath, async () => {
    const read = lokiReadSchema.parse(written);
    const query = 'query' in read ? { logql: read.query } : lineCountQuery(parts, read, views);
    if ('why' in query) return { ok: false, what: `signal ${id}: ${query.why}` };
    const series = await parts.client.queryInstant(query.logql, signal);
    return {
      ok: true,
      what: `signal ${id}: ${series.length === 0 ? 'no lines now' : `${series.length} series`}`,
    };
  });
