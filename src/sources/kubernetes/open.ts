import type { ReadIo } from '../../doors/io.ts';
import type { Feed, Source, SourceOptions } from '../kit/contract/source.ts';
import { splitLineSignals } from '../kit/counting/line-count.ts';
import { lineCountFeeds } from '../kit/counting/line-counts.ts';
import { kubeAccountReader } from './api/account.ts';
import { openKubeClient } from './api/client.ts';
import {
  configuredNamespaces,
  type FactName,
  isFactEnabled,
  type KubernetesConfig,
  showsDelivery,
} from './api/config.ts';
import { kubernetesFingerprint } from './api/fingerprint.ts';
import { kubeIdentityFault } from './api/identity.ts';
import type { KubeParts } from './api/parts.ts';
import { createPodUsageCache } from './api/pod-usage-cache.ts';
import { createStringPool } from './api/string-pool.ts';
import { diagnoseKubernetes } from './doctor.ts';
import { certificateExpiryFeed } from './feeds/certificate-expiry.ts';
import { deliveryFeed, deliveryFeedSpecs, releasesFeed } from './feeds/delivery.ts';
import { hpasFeed } from './feeds/hpas.ts';
import { nodeCapacityFeed } from './feeds/node-capacity.ts';
import { nodesFeed } from './feeds/nodes.ts';
import { podlessObjectsFeed } from './feeds/objects.ts';
import { podUsageFeed } from './feeds/pod-usage.ts';
import { podsFeed } from './feeds/pods.ts';
import { warningsFeed } from './feeds/warnings.ts';
import { workloadFeed, workloadFeedSpecs } from './feeds/workloads.ts';
import { containerLogTails } from './logs/container-log-tails.ts';
import { createNodeCapacity } from './node/node-capacity.ts';
import { createKubernetesDescriber } from './operations/objects/describe.ts';
import { kubernetesOperations } from './operations/operations.ts';
import { podEnds, podPortForward, runInPod } from './pod-tunnel.ts';
import { kubernetesChanges } from './recent-changes.ts';
import { kubernetesFormats } from './row-command.ts';

/** Opens one source. Contacts nothing yet. */
export const openKubernetes = (opening: SourceOptions<KubernetesConfig>, io: ReadIo): Source => {
  const { id, config, dir = process.cwd(), views = [], logs } = opening;
  const { counting, others: signals } = splitLineSignals(opening.signals);
  const client = openKubeClient(id, config, io, dir);
  const { identity } = config;
  const parts: KubeParts = {
    source: id,
    config,
    client,
    io,
    signals,
    strings: createStringPool(),
    dir,
    usage: createPodUsageCache(client),
    wantsUsage: isFactEnabled(config, 'top'),
  };
  const followed = watchedFeeds(parts);
  const secrets = certificateExpiryFeed(parts);
  return {
    id,
    feeds: [
      ...followed.map(({ feed }) => feed),
      ...(parts.wantsUsage ? [podUsageFeed(parts)] : []),
      ...(isFactEnabled(config, 'objects') ? [podlessObjectsFeed(parts)] : []),
      ...(secrets === undefined ? [] : [secrets]),
      ...(showsDelivery(config, 'releases') ? [releasesFeed(parts)] : []),
      ...lineCountFeeds({
        source: id,
        clock: io.clock,
        views,
        logs,
        signals: counting,
        tails: (of, signal) => containerLogTails(parts, of, signal),
      }),
    ],
    namespaces: configuredNamespaces(config),
    operations: kubernetesOperations.map((kubernetesOperation) => kubernetesOperation.open(parts)),
    ...(identity === undefined ? {} : { identify: (signal) => kubeIdentityFault(client, identity, signal) }),
    fingerprint: (signal) => kubernetesFingerprint(parts, signal),
    account: kubeAccountReader(client),
    doctor: (signal) => diagnoseKubernetes(parts, signal),
    tails: (of, signal) => containerLogTails(parts, of, signal),
    describe: createKubernetesDescriber(parts),
    describesAs: kubernetesFormats,
    recentChanges: kubernetesChanges(parts),
    resolveEndpoints: (target, signal) => podEnds(parts, target, signal),
    dial: podPortForward(parts),
    run: runInPod(parts),
    close: async () => {
      for (const informer of followed) informer.stop();
      client.close();
      await io.close();
    },
  };
};

/** Feeds that follow a watch: those that the profile enables and those that a signal needs, and what delivers. */
const watchedFeeds = (parts: KubeParts): readonly { readonly feed: Feed; stop(): void }[] => {
  const of = <T extends { readonly feed: Feed; readonly followed: { stop(): void } }>({
    feed,
    followed,
  }: T) => ({
    feed,
    stop: followed.stop,
  });
  const pods = podsFeed(parts);
  const capacity = createNodeCapacity();
  const all: readonly { readonly name: FactName; readonly feed: Feed; stop(): void }[] = [
    { name: 'pods' as const, ...of(pods) },
    ...workloadFeedSpecs.map((workloadFeedSpec) => ({
      name: workloadFeedSpec.name,
      ...of(workloadFeed(parts, workloadFeedSpec)),
    })),
    { name: 'nodes' as const, ...of(nodesFeed(parts, capacity)) },
    ...(parts.wantsUsage || parts.config.watch
      ? [{ name: 'nodes' as const, ...of(nodeCapacityFeed(parts, capacity, pods.followed)) }]
      : []),
    { name: 'hpas' as const, ...of(hpasFeed(parts)) },
    { name: 'warnings' as const, ...of(warningsFeed(parts)) },
  ];
  return [
    ...all.filter(({ name, feed }) => isFactEnabled(parts.config, name) || (feed.signals?.length ?? 0) > 0),
    ...deliveryFeedSpecs
      .filter(({ name }) => showsDelivery(parts.config, name))
      .map((spec) => of(deliveryFeed(parts, spec))),
  ];
};
