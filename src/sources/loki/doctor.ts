import type { LogView } from '../../domain/profile/profile.ts';
import { type CheckResult, type DoctorCheck, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding, SignalRequest } from '../kit/contract/source.ts';
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
export const diagnoseLoki = (
  parts: LokiContext,
  { signals, views }: DoctorScope,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { client, source } = parts;
  const checks: readonly DoctorCheck[] = [
    {
      call: buildInfoPath,
      isGate: true,
      run: async () => {
        const version = text(field((await client.get(buildInfoPath, signal)).json(), 'version'));
        return `Loki ${version ?? '(unknown version)'} at ${client.endpoint.base}`;
      },
    },
    {
      call: readyPath,
      run: async () => {
        await client.get(readyPath, signal);
        return 'ready';
      },
    },
    { call: seriesPath, run: () => streamsResult(parts, signal) },
    ...signals.map((request) => ({
      call: instantQueryPath,
      run: () => signalResult(parts, request, views, signal),
    })),
  ];
  return runChecks({ source, fault: (call, error) => client.fault(call, error) }, checks, signal);
};

const streamsResult = async ({ config, client }: LokiContext, signal: AbortSignal): Promise<CheckResult> => {
  const series = await client.series(config.query, config.lookback, signal);
  const many = new Set(series.map((labels) => JSON.stringify(labels))).size;
  const { labelNames: names, groups } = groupStreams(series, config.stream, config.limit);
  return many === 0
    ? lacking(
        `no log stream matches ${config.query}`,
        'check the labels of the query, and orgId: with multi-tenancy, a tenant cannot see the streams of another tenant',
      )
    : `${many} log streams match ${config.query}. Grouped by ${names.join(', ')} they are ${groups.length} streams`;
};

const signalResult = async (
  parts: LokiContext,
  { id, read: written }: SignalRequest,
  views: readonly LogView[],
  signal: AbortSignal,
): Promise<CheckResult> => {
  const read = lokiReadSchema.parse(written);
  const query = 'query' in read ? { logql: read.query } : lineCountQuery(parts, read, views);
  if ('why' in query) return lacking(`signal ${id}: ${query.why}`);
  const series = await parts.client.queryInstant(query.logql, signal);
  return `signal ${id}: ${series.length === 0 ? 'no lines now' : `${series.length} series`}`;
};
