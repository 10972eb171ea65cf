import { z } from 'zod';
import { linesRead, splitLineSignals } from '../../logs/reading/line-window.ts';
import { declarationsOf } from '../define-operation.ts';
import { lineCountFeeds } from '../line-counts.ts';
import type { Source, SourceModule } from '../source.ts';
import { type HostConfig, hostConfig, hostReads } from './config.ts';
import { healthFeed } from './feeds/health.ts';
import { upkeepFeeds } from './feeds/upkeep.ts';
import { workloadFeeds } from './feeds/workloads.ts';
import { hostOperations } from './operations/operations.ts';
import { hostParts } from './parts.ts';
import { targetProblem } from './reach.ts';

/** Machines: this one, or others over the OpenSSH client. */
export const host: SourceModule<HostConfig> = {
  type: 'host',
  title: 'Hosts: units, processes, ports, journal',
  config: hostConfig,
  reads: z.union([...hostReads.options, linesRead]),
  feedNames: ['health', 'workloads', 'upkeep', 'lines'],
  operations: declarationsOf(hostOperations),
  gives: () => ({ kinds: ['health', 'workloads'] }),
  carries: 'nothing',
  viaTarget: targetProblem,
  hasTails: true,
  countsLines: true,
  open: async (opening, io): Promise<Source> => {
    const parts = hostParts(opening, io);
    const { counting, others: signals } = splitLineSignals(opening.signals);
    const [{ tailsOf }, { dialFrom, endsOf, runOn }, { describeUnit }] = await Promise.all([
      import('./tails/tails.ts'),
      import('./reach.ts'),
      import('./unit-text.ts'),
    ]);
    const tails: NonNullable<Source['tails']> = (of, signal) => tailsOf(parts, of, signal);
    return {
      id: opening.id,
      feeds: [
        ...parts.machines.flatMap((machine) => [
          healthFeed(parts, machine, signals),
          ...workloadFeeds(parts, machine, signals),
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
      operations: hostOperations.map((one) => one.open(parts)),
      doctor: async (signal) => (await import('./doctor.ts')).examine(parts, signal),
      tails,
      describe: describeUnit(parts),
      ends: async (target) => endsOf(parts, target),
      dial: dialFrom(parts),
      run: runOn(parts),
      close: () => io.close(),
    };
  },
};
