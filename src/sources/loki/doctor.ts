import type { LogView } from '../../domain/profile.ts';
import type { Finding, WantedSignal } from '../source.ts';
import { field, text } from '../wire-value.ts';
import { measurePath, seriesPath } from './client.ts';
import { lokiReads } from './config.ts';
import { countQuery } from './logql.ts';
import type { LokiParts } from './parts.ts';
import { grouped } from './streams.ts';

interface Asked {
  readonly signals: readonly WantedSignal[];
  readonly views: readonly LogView[];
}

const buildPath = '/loki/api/v1/status/buildinfo';
const readyPath = '/ready';

/** Reaches Loki and tries everything that the profile wants of it. */
export const examine = async (
  parts: LokiParts,
  { signals, views }: Asked,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const reached = await tried(parts, buildPath, async () => {
    const version = text(field((await parts.client.read(buildPath, signal)).json(), 'version'));
    return { ok: true, what: `Loki ${version ?? 'of unknown version'} at ${parts.client.endpoint.base}` };
  });
  if (!reached.ok) return [reached];
  const found = await Promise.all([
    tried(parts, readyPath, async () => {
      await parts.client.read(readyPath, signal);
      return { ok: true, what: 'it is ready' };
    }),
    streams(parts, signal),
    ...signals.map((wanted) => measured(parts, wanted, views, signal)),
  ]);
  return [reached, ...found];
};

/** A finding of a call; its failure is one too. */
const tried = async (
  { source, client }: LokiParts,
  path: string,
  find: () => Promise<Omit<Finding, 'source'>>,
): Promise<Finding> => {
  try {
    return { source, ...(await find()) };
  } catch (error) {
    const { message, remedy } = client.fault(path, error);
    return { source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) };
  }
};

const streams = (parts: LokiParts, signal: AbortSignal): Promise<Finding> =>
  tried(parts, seriesPath, async () => {
    const { config, client } = parts;
    const {
      names,
      groups,
      streams: many,
    } = grouped(await client.series(config.query, config.back, signal), config.stream, config.most);
    if (many === 0)
      return {
        ok: false,
        what: `no stream matches ${config.query}`,
        remedy: 'check its labels, and orgId: where Loki has tenants, each sees its own streams alone',
      };
    return {
      ok: true,
      what: `${many} streams of ${config.query}, shown as ${groups.length} by ${names.join(', ')}`,
    };
  });

const measured = (
  parts: LokiParts,
  { id, read: written }: WantedSignal,
  views: readonly LogView[],
  signal: AbortSignal,
): Promise<Finding> =>
  tried(parts, measurePath, async () => {
    const read = lokiReads.parse(written);
    const query = 'query' in read ? { logql: read.query } : countQuery(parts, read, views);
    if ('why' in query) return { ok: false, what: `signal ${id}: ${query.why}` };
    const series = await parts.client.measure(query.logql, signal);
    return {
      ok: true,
      what: `signal ${id}: ${series.length === 0 ? 'no lines now' : `${series.length} series`}`,
    };
  });
