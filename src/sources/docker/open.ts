import type { ReadIo } from '../../doors/io.ts';
import { splitLineSignals } from '../../logs/reading/lines-read.ts';
import { lineCountFeeds } from '../line-counts.ts';
import type { Opening, Source } from '../source.ts';
import type { DockerConfig } from './config.ts';
import { containerFeed, createEffort } from './containers/container-feed.ts';
import { describeContainer } from './containers/text.ts';
import { openDaemon } from './daemon.ts';
import { examine } from './doctor.ts';
import { dialContainer, endsOf } from './ends.ts';
import { eventFeed } from './events/event-feed.ts';
import { identityFault } from './identity.ts';
import { imageFeed } from './image-feed.ts';
import { tailsOf } from './logs/tails.ts';
import { dockerOperations } from './operations/operations.ts';
import { runInContainer } from './run.ts';

/** Opens one source; contacts nothing yet. */
export const openDocker = (
  { id, config, signals: all, dir = process.cwd(), views = [], logs }: Opening<DockerConfig>,
  io: ReadIo,
): Source => {
  const daemon = openDaemon(id, config, io);
  const { counting, others: signals } = splitLineSignals(all);
  const tails: NonNullable<Source['tails']> = (of, signal) => tailsOf(daemon, of, signal);
  const effort = createEffort(config.stats);
  const { identity } = config;
  return {
    id,
    feeds: [
      containerFeed(daemon, signals, effort),
      eventFeed(daemon),
      imageFeed(daemon),
      ...lineCountFeeds({ source: id, clock: io.clock, views, logs, signals: counting, tails }),
    ],
    operations: dockerOperations.map((one) => one.open({ source: id, daemon, dir })),
    ...(identity === undefined ? {} : { identify: (signal) => identityFault(daemon, identity, signal) }),
    doctor: (signal) => examine(daemon, effort.count, signal),
    tails,
    describe: describeContainer(daemon),
    ends: (target, signal) => endsOf(daemon, target, signal),
    dial: dialContainer(daemon),
    run: runInContainer(daemon),
    close: () => io.close(),
  };
};
