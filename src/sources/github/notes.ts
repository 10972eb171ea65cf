import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { isoTime } from '../../domain/text/format.ts';
import { isFailedCi } from '../../kinds/ci/status.ts';
import { type Feed, onDemandStaleMs } from '../kit/contract/source.ts';
import { entries, field, number } from '../kit/values/wire-value.ts';
import type { GithubClient } from './client.ts';
import { listOf, parseRelease } from './parse.ts';
import { needs, releasesPath, runsPath } from './paths.ts';
import { rateLimitText } from './rate-limit.ts';
import { type RunReader, shownRuns } from './run-reader.ts';
import { readFailureLog, runLine } from './run-report.ts';

/** A note without the stamp of its reading. */
type Line = Pick<Note, 'title' | 'text'>;

/** Failed runs whose logs are read: each takes up to three requests. */
const maxLogs = 3;

const notesFeed = (
  client: GithubClient,
  name: string,
  path: string,
  read: (signal: AbortSignal) => Promise<readonly Line[]>,
): Feed => ({
  id: `${client.source}/${name}`,
  source: client.source,
  name,
  kind: 'notes',
  everyMs: 0,
  staleMs: onDemandStaleMs,
  timeoutMs: client.config.timeout,
  read: async (signal): Promise<Reading<Note>> => {
    try {
      const stamp = { source: client.source, at: client.now() };
      return { items: (await read(signal)).map((line) => ({ ...stamp, ...line })), faults: [] };
    } catch (error) {
      return { items: [], faults: [client.fault(path, error)] };
    }
  },
});

/** The newest runs of all branches. */
const historyLines = async (reader: RunReader, signal: AbortSignal): Promise<readonly Line[]> =>
  (await reader.runs(signal)).map((run) => {
    const title = `${run.workflow} #${run.number ?? run.id}`;
    const time = run.startedAt === undefined ? '' : ` · ${isoTime(run.startedAt).slice(0, 16)}Z`;
    return { title, text: `${runLine(run).slice(title.length).trim()}${time}` };
  });

/** The logs of the failed steps of the newest failed runs on the branch. */
const failureLines = async (
  client: GithubClient,
  reader: RunReader,
  signal: AbortSignal,
): Promise<readonly Line[]> => {
  const branch = await reader.branch(signal);
  const runs = (await reader.runs(signal)).filter((run) => run.branch === branch && run.isCompleted);
  const failed = shownRuns(runs)
    .map(({ run }) => run)
    .filter(isFailedCi);
  const lines: Line[] = [];
  for (const run of failed.slice(0, maxLogs)) {
    const log = await readFailureLog(client, await reader.jobs(run, signal), signal);
    lines.push({
      title: `${runLine(run)}${log === undefined ? '' : ` · ${log.title}`}`,
      text: log === undefined ? 'no job of the run has failed' : log.lines.join('\n'),
    });
  }
  return lines;
};

const releaseLine = (body: unknown): Line => {
  const { tag, name, actor, isDraft, isPrerelease, publishedAt } = parseRelease(body);
  return {
    title: tag,
    text: [
      name === tag ? '' : name,
      isDraft ? 'draft' : isPrerelease ? 'pre-release' : 'release',
      `by ${actor}`,
      publishedAt === undefined ? '' : isoTime(publishedAt),
    ]
      .filter((part) => part !== '')
      .join(' · '),
  };
};

const limitLine = (name: string, body: unknown, wallNow: number): readonly Line[] => {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((key) => number(field(body, key)));
  if (limit === undefined || remaining === undefined || reset === undefined) return [];
  return [{ title: name, text: rateLimitText({ limit, remaining, resetAt: reset * 1000 }, wallNow) }];
};

/** The resources of the rate limit to show. */
const shownResources: ReadonlySet<string> = new Set(['core', 'search', 'graphql']);

/** Feeds that are read on demand: earlier runs, logs of failed steps, releases, the rate limit. */
export const noteFeeds = (client: GithubClient, reader: RunReader): readonly Feed[] => {
  const runs = runsPath(client, client.config.workflow?.[0], { per_page: client.config.runs });
  return [
    notesFeed(client, 'history', runs, (signal) => historyLines(reader, signal)),
    notesFeed(client, 'failures', runs, (signal) => failureLines(client, reader, signal)),
    notesFeed(client, 'releases', releasesPath(client), async (signal) =>
      listOf(await client.json(releasesPath(client), signal, { needs: needs.contents })).map(releaseLine),
    ),
    // This request does not count against the limit.
    notesFeed(client, 'limits', '/rate_limit', async (signal) =>
      entries(field(await client.json('/rate_limit', signal, { isUrgent: true }), 'resources'))
        .filter(([name]) => shownResources.has(name))
        .flatMap(([name, body]) => limitLine(name, body, client.wallNow())),
    ),
  ];
};
