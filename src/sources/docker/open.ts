import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import { formatBytes } from '../../domain/text/format.ts';
import type { ReadIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type Feed, onDemandStaleMs, type Source, type SourceOptions } from '../kit/contract/source.ts';
import { splitLineSignals } from '../kit/counting/line-count.ts';
import { lineCountFeeds } from '../kit/counting/line-counts.ts';
import { field, list, number, text } from '../kit/values/wire-value.ts';
import { containerFeed, createRequestCounter } from './containers/container-feed.ts';
import { describeContainer } from './containers/describe-container.ts';
import { runInContainer } from './containers/run-in-container.ts';
import type { DockerConfig } from './daemon/config.ts';
import { dockerEventFeed } from './daemon/container-events.ts';
import type { Daemon } from './daemon/daemon.ts';
import { openDaemon } from './daemon/daemon.ts';
import { daemonFingerprint } from './daemon/fingerprint.ts';
import { daemonIdentityFault } from './daemon/identity.ts';
import { diagnoseDocker } from './doctor.ts';
import { dockerTails } from './logs/log-tail.ts';
import { dockerOperations } from './operations/operations.ts';
import { dockerChanges } from './recent-changes.ts';
import { containerEndpoints, dialContainer } from './tunnel.ts';

/** Latest time that a Date can represent. */
const maxUnixSeconds = 8.64e12;

const createdAtText = (seconds: number | undefined): string =>
  seconds === undefined || Math.abs(seconds) > maxUnixSeconds
    ? 'created at an unknown time'
    : `created ${new Date(1000 * seconds).toISOString().slice(0, 10)}`;

/** An image with its names; an unnamed one with its id. */
const imageNote = (image: unknown): Pick<Note, 'title' | 'text'> => {
  const tags = list(field(image, 'RepoTags')).flatMap((tag) => text(tag) ?? []);
  const id = oneLine(text(field(image, 'Id')) ?? '')
    .replace(/^sha256:/, '')
    .slice(0, 12);
  const size = number(field(image, 'Size'));
  const words = [
    id,
    size === undefined ? '' : formatBytes(size),
    createdAtText(number(field(image, 'Created'))),
    tags.length > 1 ? `also ${oneLine(tags.slice(1).join(', '))}` : '',
  ];
  return {
    title: oneLine(tags[0] ?? id),
    text: words.filter((word) => word !== '').join(' · '),
  };
};

/** Images of the daemon, read on demand. */
const imageFeed = (daemon: Daemon): Feed => ({
  id: `${daemon.source}/images`,
  source: daemon.source,
  name: 'images',
  kind: 'notes',
  everyMs: 0,
  staleMs: onDemandStaleMs,
  timeoutMs: daemon.config.timeout,
  read: async (signal): Promise<Reading<Note>> => {
    try {
      const answer = await daemon.getJson('/images/json', signal);
      if (!Array.isArray(answer))
        throw new WireError(
          'malformed',
          'the response is not a list of images: check that the address is a Docker daemon',
        );
      const stamp = { source: daemon.source, at: daemon.now() };
      return { items: list(answer).map((image) => ({ ...stamp, ...imageNote(image) })), faults: [] };
    } catch (error) {
      return { items: [], faults: [daemon.fault('/images/json', error)] };
    }
  },
});

/** Opens one source. Contacts nothing yet. */
export const openDocker = (
  { id, config, signals: all, dir = process.cwd(), views = [], logs }: SourceOptions<DockerConfig>,
  io: ReadIo,
): Source => {
  const daemon = openDaemon(id, config, io);
  const { counting, others: signals } = splitLineSignals(all);
  const tails: NonNullable<Source['tails']> = (of, signal) => dockerTails(daemon, of, signal);
  const effort = createRequestCounter(config.stats);
  const { identity } = config;
  return {
    id,
    feeds: [
      containerFeed(daemon, signals, effort),
      dockerEventFeed(daemon),
      imageFeed(daemon),
      ...lineCountFeeds({ source: id, clock: io.clock, views, logs, signals: counting, tails }),
    ],
    operations: dockerOperations.map((dockerOperation) => dockerOperation.open({ source: id, daemon, dir })),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => daemonIdentityFault(daemon, identity, signal) }),
    fingerprint: (signal) => daemonFingerprint(daemon, signal),
    doctor: (signal) => diagnoseDocker(daemon, effort.count, signal),
    tails,
    describe: describeContainer(daemon),
    recentChanges: dockerChanges(daemon),
    resolveEndpoints: (target, signal) => containerEndpoints(daemon, target, signal),
    dial: dialContainer(daemon),
    run: runInContainer(daemon),
    close: () => io.close(),
  };
};
