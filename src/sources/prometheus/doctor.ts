import { durationText } from '../../domain/duration.ts';
import type { Fault } from '../../domain/fault.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import type { Finding, WantedSignal } from '../source.ts';
import { field, text } from '../wire-value.ts';
import { prometheusReads } from './config.ts';
import { missingRules, parseRules, parseTargets, rulesPath, targetsPath } from './detail-feeds.ts';
import { askMetrics, type FactSpec, missingSeries } from './fact-feed.ts';
import { factSpecs } from './fact-specs.ts';
import type { FeedParts } from './feed.ts';

const shownNames = 5;
const toleratedSkewMs = 60_000;

/** Reaches Prometheus and tries everything that the profile wants of it. */
export const examine = async (
  parts: FeedParts,
  signals: readonly WantedSignal[],
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const reached = await version(parts, signal);
  if (!reached.ok) return [reached];
  const found = await Promise.all([
    clocks(parts, signal),
    targets(parts, signal),
    ...(parts.config.rules.length === 0 ? [] : [rules(parts, signal)]),
    ...factSpecs(parts.config).map((spec) => facts(parts, spec, signal)),
    ...signals.map((wanted) => query(parts, wanted, signal)),
  ]);
  return [reached, ...found];
};

const bad = ({ source, message, remedy }: Fault): Finding => ({
  source,
  ok: false,
  what: message,
  ...(remedy === undefined ? {} : { remedy }),
});

/** A finding of a call; its failure is one too. */
const tried = async (parts: FeedParts, path: string, find: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await find();
  } catch (error) {
    return bad(parts.client.fault(path, error));
  }
};

const version = (parts: FeedParts, signal: AbortSignal): Promise<Finding> =>
  tried(parts, '/api/v1/status/buildinfo', async () => {
    const { value } = await parts.client.read('/api/v1/status/buildinfo', signal);
    const what = `Prometheus ${text(field(value, 'version')) ?? 'of unknown version'} at ${parts.client.endpoint.base}`;
    return { source: parts.source, ok: true, what };
  });

const clocks = (parts: FeedParts, signal: AbortSignal): Promise<Finding> =>
  tried(parts, '/api/v1/query', async () => {
    const { source, client } = parts;
    const { value } = await client.query('time()', signal);
    const apart = (value.evaluatedAt ?? client.wallNow()) - client.wallNow();
    if (Math.abs(apart) <= toleratedSkewMs) return { source, ok: true, what: 'its clock agrees with ours' };
    return {
      source,
      ok: false,
      what: `clocks apart by ${durationText(Math.round(Math.abs(apart) / 1000) * 1000)}: its clock is ${apart > 0 ? 'ahead' : 'behind'}`,
      remedy: 'keep both machines on NTP: times of alerts and ages are told by both clocks',
    };
  });

const targets = (parts: FeedParts, signal: AbortSignal): Promise<Finding> =>
  tried(parts, targetsPath, async () => {
    const { source, client } = parts;
    const all = parseTargets((await client.read(targetsPath, signal)).value);
    const down = all.filter(({ health }) => health === 'down');
    if (down.length === 0) return { source, ok: true, what: `scrapes ${all.length} targets, none is down` };
    const named = down.slice(0, shownNames).map(({ name, error }) => `${name} (${error})`);
    const more = down.length > shownNames ? ` and ${down.length - shownNames} more` : '';
    return {
      source,
      ok: false,
      what: `${down.length} of ${all.length} targets are down: ${named.join(', ')}${more}`,
      remedy: 'what they export is missing in every query: see targets',
    };
  });

const rules = (parts: FeedParts, signal: AbortSignal): Promise<Finding> =>
  tried(parts, rulesPath, async () => {
    const loaded = parseRules((await parts.client.read(rulesPath, signal)).value, parts.config.severity);
    const fault = missingRules(parts, loaded);
    return fault === undefined
      ? { source: parts.source, ok: true, what: `has the rules ${parts.config.rules.join(', ')}` }
      : bad(fault);
  });

const facts = async (parts: FeedParts, spec: FactSpec<string>, signal: AbortSignal): Promise<Finding> => {
  const { source, client } = parts;
  const { series, faults } = await askMetrics(client, spec.queries, signal);
  const [fault] = faults;
  if (fault !== undefined) return bad(fault);
  const count = spec.needs.reduce((sum, key) => sum + (series[key]?.length ?? 0), 0);
  if (count > 0) return { source, ok: true, what: `${spec.kind}: ${count} series` };
  const wanted = spec.needs.map((key) => spec.queries[key]).join(', ');
  return bad(client.fault('/api/v1/query', missingSeries(spec.kind, wanted)));
};

const query = async (parts: FeedParts, wanted: WantedSignal, signal: AbortSignal): Promise<Finding> => {
  const { source, client } = parts;
  const promql = prometheusReads.parse(wanted.read).query;
  try {
    const { value, warnings, infos } = await client.query(promql, signal);
    const said = [...warnings, ...infos];
    if (said.length > 0) return { source, ok: false, what: `signal ${wanted.id}: ${said.join('; ')}` };
    if (value.word === undefined && value.series.length === 0)
      return {
        source,
        ok: false,
        what: `signal ${wanted.id}: no series match "${oneLine(promql, 80)}"`,
        remedy: 'check its metric and labels; where none is as good as 0, add: or vector(0)',
      };
    const many = value.word === undefined ? `${value.series.length} series` : 'a text';
    return { source, ok: true, what: `signal ${wanted.id}: ${many}` };
  } catch (error) {
    const fault = client.queryFault(promql, error);
    return bad({ ...fault, message: `signal ${wanted.id}: ${fault.message}` });
  }
};
