import type { ReadIo } from '../../doors/io.ts';
import { splitLineSignals } from '../../logs/reading/line-window.ts';
import { lineCountFeeds } from '../line-counts.ts';
import type { Feed, Opening, Source } from '../source.ts';
import { openClient } from './client.ts';
import { type KubernetesConfig, wantsFact } from './config.ts';
import { examine } from './doctor.ts';
import { hpasFeed } from './feeds/hpas.ts';
import { podsFeed } from './feeds/pods.ts';
import { secretsFeed } from './feeds/secrets.ts';
import { topFeed } from './feeds/top.ts';
import { warningsFeed } from './feeds/warnings.ts';
import { workloadFeed, workloadFeeds } from './feeds/workloads.ts';
import { identityFault } from './identity.ts';
import { tailsOf } from './logs/tails.ts';
import { kubernetesOperations } from './operations/operations.ts';
import type { KubeParts } from './parts.ts';
import { describeObject } from './reading/describe.ts';
import { createStrings } from './strings.ts';
import { endsOf, portForward, runInPod } from './through/run.ts';
import { createUsageBook } from './usage.ts';

/** Opens one source; contacts nothing yet. */
export const openKubernetes = (opening: Opening<KubernetesConfig>, io: ReadIo): Source => {
  const { id, config, dir = process.cwd(), views = [], logs } = opening;
  const { counting, others: signals } = splitLineSignals(opening.signals);
  const client = openClient(id, config, io, dir);
  const { identity } = config;
  const parts: KubeParts = {
    source: id,
    config,
    client,
    io,
    signals,
    strings: createStrings(),
    dir,
    usage: createUsageBook(client),
    wantsUsage: wantsFact(config, 'top'),
  };
  const followed = followedFeeds(parts);
  const secrets = secretsFeed(parts);
  return {
    id,
    feeds: [
      ...followed.map(({ feed }) => feed),
      ...(parts.wantsUsage ? [topFeed(parts)] : []),
      ...(secrets === undefined ? [] : [secrets]),
      ...lineCountFeeds({
        source: id,
        clock: io.clock,
        views,
        logs,
        signals: counting,
        tails: (of, signal) => tailsOf(parts, of, signal),
      }),
    ],
    operations: kubernetesOperations.map((one) => one.open(parts)),
    ...(identity === undefined ? {} : { identify: (signal) => identityFault(client, identity, signal) }),
    doctor: (signal) => examine(parts, signal),
    tails: (of, signal) => tailsOf(parts, of, signal),
    describe: describeObject(parts),
    ends: (target, signal) => endsOf(parts, target, signal),
    dial: portForward(parts),
    run: runInPod(parts),
    close: async () => {
      for (const one of followed) one.stop();
      client.close();
      await io.close();
    },
  };
};

/** What is followed by a watch: what the profile wants, and what a signal needs. */
const followedFeeds = (parts: KubeParts): readonly { readonly feed: Feed; stop(): void }[] => {
  const of = <T extends { readonly feed: Feed; readonly followed: { stop(): void } }>({
    feed,
    followed,
  }: T) => ({
    feed,
    stop: followed.stop,
  });
  const all = [
    { name: 'pods' as const, ...of(podsFeed(parts)) },
    ...workloadFeeds.map((one) => ({ name: one.name, ...of(workloadFeed(parts, one)) })),
    { name: 'hpas' as const, ...of(hpasFeed(parts)) },
    { name: 'warnings' as const, ...of(warningsFeed(parts)) },
  ];
  return all.filter(({ name, feed }) => wantsFact(parts.config, name) || (feed.signals?.length ?? 0) > 0);
};
