import type { Note } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import { RemediedError } from '../../platform/fault.ts';
import type { Feed } from '../source.ts';
import { type FeedParts, feedOf, warningFaults } from './feed.ts';
import { type Line, parseRules, parseTargets, type Rule, ruleLine, targetLine } from './notes.ts';

export const targetsPath = '/api/v1/targets?state=active';
export const rulesPath = '/api/v1/rules';

/** Feeds that are read only when somebody asks: what is scraped, and which rules are evaluated. */
export const detailFeeds = (parts: FeedParts): readonly Feed[] => [
  detailFeed(parts, 'targets', targetsPath, (data) => ({ lines: parseTargets(data).map(targetLine) })),
  detailFeed(parts, 'rules', rulesPath, (data) => {
    const rules = parseRules(data, parts.config.severity);
    const fault = missingRules(parts, rules);
    return { lines: rules.map(ruleLine), ...(fault === undefined ? {} : { fault }) };
  }),
];

const detailFeed = (
  parts: FeedParts,
  name: string,
  path: string,
  make: (data: unknown) => { readonly lines: readonly Line[]; readonly fault?: Fault },
): Feed =>
  feedOf(parts, { name, kind: 'notes', onDemand: true }, async (signal): Promise<Batch<Note>> => {
    const { source, client } = parts;
    try {
      const { value, warnings } = await client.read(path, signal);
      const stamp = { source, at: client.now() };
      const { lines, fault } = make(value);
      const faults = warningFaults(client, warnings);
      return {
        items: lines.map((line) => ({ ...stamp, ...line })),
        faults: fault === undefined ? faults : [...faults, fault],
      };
    } catch (error) {
      return { items: [], faults: [client.fault(path, error)] };
    }
  });

/** Rules that the profile counts on and that are not loaded: what they watch, nobody watches. */
export const missingRules = ({ client, config }: FeedParts, rules: readonly Rule[]): Fault | undefined => {
  const loaded = new Set(rules.flatMap(({ name, alerting }) => (alerting === undefined ? [] : [name])));
  const missing = config.rules.filter((name) => !loaded.has(name));
  if (missing.length === 0) return undefined;
  return client.fault(
    rulesPath,
    new RemediedError(
      'missing',
      `no alerting rule ${missing.join(', ')}`,
      'add it to the rule files of this Prometheus, or take it out of rules:',
    ),
  );
};
