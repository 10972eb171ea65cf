import { z } from 'zod';
import type { Source, SourceModule } from '../kit/contract/source.ts';
import { lineCountSchema, splitLineSignals } from '../kit/counting/line-count.ts';
import { lineCountFeeds } from '../kit/counting/line-counts.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { hostHealthFeed } from './feeds/health.ts';
import { upkeepFeeds } from './feeds/upkeep.ts';
import { hostWorkloadFeeds } from './feeds/workloads.ts';
import { type HostConfig, hostConfig, hostReads } from './machine/config.ts';
import { hostFingerprint } from './machine/fingerprint.ts';
import { createHostContext } from './machine/host-context.ts';
import { hostOperations } from './operations/operations.ts';
import { hostRowCommand } from './row-command.ts';
import { hostTargetProblem } from './tunnel.ts';

/** Machines: this one, or others through the OpenSSH client. */
export const host: SourceModule<HostConfig> = {
  type: 'host',
  title: 'Hosts: their units, processes, ports and journal',
  config: hostConfig,
  reads: z.union([...hostReads.options, lineCountSchema]),
  feedNames: ['health', 'workloads', 'upkeep', 'lines'],
  operations: declarationsOf(hostOperations),
  gives: () => ({ kinds: ['health', 'workloads'] }),
  viaTransport: 'nothing',
  viaTarget: hostTargetProblem,
  hasTails: true,
  recordsChanges: true,
  countsLines: true,
  rowCommand: hostRowCommand,
  open: async (opening, io): Promise<Source> => {
    const parts = createHostContext(opening, io);
    const { counting, others: signals } = splitLineSignals(opening.signals);
    const [{ hostTails }, { dialFromHost, hostEndpoints, runOnHost }, { describeUnit }, { hostChanges }] =
      await Promise.all([
        import('./tails/tails.ts'),
        import('./tunnel.ts'),
        import('./describe-unit.ts'),
        import('./recent-changes.ts'),
      ]);
    const tails: NonNullable<Source['tails']> = (of, signal) => hostTails(parts, of, signal);
    return {
      id: opening.id,
      feeds: [
        ...parts.machines.flatMap((machine) => [
          hostHealthFeed(parts, machine, signals),
          ...hostWorkloadFeeds(parts, machine, signals),
          ...upkeepFeeds(parts, machine, signals),
        ]),
        ...lineCountFeeds({
          source: opening.id,
          clock: io.clock,
          views: opening.views ?? [],
          logs: opening.logs,
          signals: counting,
          tails,
        }),
      ],
      operations: hostOperations.map((hostOperation) => hostOperation.open(parts)),
      fingerprint: (signal) => hostFingerprint(parts, signal),
      doctor: async (signal) => (await import('./doctor.ts')).diagnoseHost(parts, signal),
      tails,
      describe: describeUnit(parts),
      recentChanges: hostChanges(parts),
      resolveEndpoints: async (target) => hostEndpoints(parts, target),
      dial: dialFromHost(parts),
      run: runOnHost(parts),
      close: () => io.close(),
    };
  },
};
