import { z } from 'zod';
import { linesRead, splitLineSignals } from '../../logs/reading/lines-read.ts';
import { lineCountFeeds } from '../line-counts.ts';
import type { Operation, Source, SourceModule } from '../source.ts';
import { type HostConfig, hostConfig, hostReads } from './config.ts';
import { healthFeed } from './feeds/health.ts';
import { upkeepFeeds } from './feeds/upkeep.ts';
import { workloadFeeds } from './feeds/workloads.ts';
import { backupOperation, backupParams } from './operations/backup.ts';
import { environmentLook } from './operations/environment.ts';
import { execOperation, execParams } from './operations/exec.ts';
import { killOperation } from './operations/kill.ts';
import { lookOperation } from './operations/look-operation.ts';
import { looks as ownLooks } from './operations/looks.ts';
import { restoreOperation, restoreParams } from './operations/restore.ts';
import { setEnvOperation, setEnvParams } from './operations/set-env.ts';
import { swapOperation, swapParams } from './operations/swap.ts';
import { systemctlOperation, systemctlParams } from './operations/systemctl.ts';
import { killParams } from './operations/victim.ts';
import { type HostParts, hostParts } from './parts.ts';
import { targetProblem } from './reach.ts';

const looks = [...ownLooks, environmentLook];

/** Machines: this one, or others over the OpenSSH client. */
export const host: SourceModule<HostConfig> = {
  type: 'host',
  title: 'Hosts: units, processes, ports, journal',
  config: hostConfig,
  reads: z.union([...hostReads.options, linesRead]),
  feedNames: ['health', 'workloads', 'upkeep', 'lines'],
  operations: {
    systemctl: {
      params: systemctlParams,
      danger: 'disruptive',
      reads: ({ verb }) => verb === 'status',
    },
    kill: { params: killParams, danger: 'destructive' },
    exec: { params: execParams, danger: 'as-step', finds: ['status', 'json'], binds: { argv: 'argv' } },
    backup: { params: backupParams, danger: 'safe' },
    restore: { params: restoreParams, danger: 'destructive' },
    swap: { params: swapParams, danger: 'disruptive' },
    setEnv: { params: setEnvParams, danger: 'disruptive' },
    ...Object.fromEntries(looks.map(({ name, params }) => [name, { params, danger: 'read' as const }])),
  },
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
      operations: operationsOf(parts),
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

const operationsOf = (parts: HostParts): readonly Operation[] => [
  systemctlOperation(parts),
  killOperation(parts),
  execOperation(parts),
  backupOperation(parts),
  restoreOperation(parts),
  swapOperation(parts),
  setEnvOperation(parts),
  ...looks.map((look) => lookOperation(parts, look)),
];
