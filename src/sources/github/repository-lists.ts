import type { Note, Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { dayMs } from '../../domain/text/duration.ts';
import { formatBytes } from '../../domain/text/format.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { type Feed, onDemandStaleMs, type SignalRequest } from '../kit/contract/source.ts';
import { field, number, parseRfc3339, text } from '../kit/values/wire-value.ts';
import type { GithubClient } from './client.ts';
import { feedOfRead, githubReadSchema } from './config.ts';
import { listIn } from './parse.ts';
import { artifactsPath, needs, secretsPath, workflowsPath } from './paths.ts';
import type { SampleValue } from './signals.ts';

/** A list of the repository that changes rarely, as notes and as the value of signals. */
interface UpkeepList {
  readonly name: 'workflows' | 'artifacts' | 'secrets';
  readonly path: string;
  readonly needs: string;
  line(item: unknown, wallNow: number): Pick<Note, 'title' | 'text'>;
  value(items: readonly unknown[], wallNow: number): SampleValue;
}

const nameOf = (item: unknown): string => text(field(item, 'name')) ?? '';
const isExpired = (item: unknown): boolean => field(item, 'expired') === true;
const stateOf = (item: unknown): string => text(field(item, 'state')) ?? 'unknown';

/** Whole days since a time of an item; undefined when it has none. */
const daysSince = (item: unknown, name: string, wallNow: number): number | undefined => {
  const position = parseRfc3339(field(item, name));
  return position === undefined ? undefined : Math.floor((wallNow - position) / dayMs);
};

const artifactLine = (item: unknown, wallNow: number): Pick<Note, 'title' | 'text'> => {
  const bytes = number(field(item, 'size_in_bytes'));
  const days = daysSince(item, 'expires_at', wallNow);
  const rest = isExpired(item) ? 'expired' : days === undefined ? 'available' : `expires in ${-days} d`;
  return {
    title: nameOf(item),
    text: [...(bytes === undefined ? [] : [formatBytes(bytes)]), rest].join(' · '),
  };
};

const listsOf = (client: GithubClient): readonly UpkeepList[] => [
  {
    name: 'workflows',
    path: workflowsPath(client),
    needs: needs.runs,
    line: (item) => ({
      title: nameOf(item),
      text: `${(text(field(item, 'path')) ?? '').split('/').at(-1) ?? ''} · ${stateOf(item)}`,
    }),
    value: (items) => ({ value: items.filter((item) => stateOf(item) !== 'active').length }),
  },
  {
    name: 'artifacts',
    path: artifactsPath(client),
    needs: needs.runs,
    line: artifactLine,
    value: (items) => ({ value: items.filter((item) => !isExpired(item)).length }),
  },
  {
    name: 'secrets',
    path: secretsPath(client),
    needs: needs.secrets,
    line: (item, wallNow) => {
      const days = daysSince(item, 'updated_at', wallNow);
      return { title: nameOf(item), text: days === undefined ? 'unknown age' : `changed ${days} d ago` };
    },
    value: (items, wallNow) => {
      const days = items.flatMap((item) => daysSince(item, 'updated_at', wallNow) ?? []);
      return days.length === 0
        ? { why: 'the repository has no secrets, or the token may not list secrets' }
        : { value: Math.max(...days) };
    },
  },
];

/** Workflows, artifacts and secrets: read on demand, and ten times less often than runs for a signal. */
export const repositoryListFeeds = (
  client: GithubClient,
  signals: readonly SignalRequest[],
): readonly Feed[] => {
  const { source, config } = client;
  return listsOf(client).map(({ name, path, needs: permission, line, value }): Feed => {
    const ids = signals.flatMap(({ id, read }) =>
      feedOfRead(githubReadSchema.parse(read)) === name ? [id] : [],
    );
    const everyMs = ids.length === 0 ? 0 : config.every * 10;
    return {
      id: `${source}/${name}`,
      source,
      name,
      kind: 'notes',
      everyMs,
      staleMs: everyMs === 0 ? onDemandStaleMs : staleAfter(everyMs),
      timeoutMs: config.timeout,
      ...(ids.length === 0 ? {} : { signals: ids }),
      read: async (signal): Promise<Reading<Note>> => {
        try {
          const items = listIn(await client.json(path, signal, { needs: permission }), name);
          const stamp = { source, at: client.now() };
          const wallNow = client.wallNow();
          const samples = ids.map(
            (id): Sample => ({ ...stamp, signal: id, labels: {}, ...value(items, wallNow) }),
          );
          return {
            items: items.map((item) => ({ ...stamp, ...line(item, wallNow) })),
            ...(ids.length === 0 ? {} : { samples }),
            faults: [],
          };
        } catch (error) {
          return { items: [], faults: [client.fault(path, error)] };
        }
      },
    };
  });
};
