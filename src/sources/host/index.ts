import type { Operation, Source, SourceModule } from '../source.ts';
import { type HostConfig, hostConfig, hostReads } from './config.ts';
import { healthFeed } from './feeds/health.ts';
import { workloadFeeds } from './feeds/workloads.ts';
import { execOperation, execParams } from './operations/exec.ts';
import { killOperation, killParams } from './operations/kill.ts';
import { lookOperation } from './operations/look-operation.ts';
import { looks } from './operations/looks.ts';
import { systemctlOperation, systemctlParams } from './operations/systemctl.ts';
import { type HostParts, hostParts } from './parts.ts';
import { targetProblem } from './reach.ts';

/** Machines: this one, or others over the OpenSSH client. */
export const host: SourceModule<HostConfig> = {
  type: 'host',
  title: 'Hosts: units, processes, ports, journal',
  config: hostConfig,
  reads: hostReads,
  feedNames: ['health', 'workloads'],
  operations: {
    systemctl: {
      params: systemctlParams,
      danger: 'disruptive',
      reads: ({ verb }) => verb === 'status',
    },
    kill: { params: killParams, danger: 'destructive' },
    exec: { params: execParams, danger: 'as-step' },
    ...Object.fromEntries(looks.map(({ name, params }) => [name, { params, danger: 'read' as const }])),
  },
  gives: () => ({ kinds: ['health', 'workloads'] }),
  carries: 'nothing',
  viaTarget: targetProblem,
  open: async (opening, io): Promise<Source> => {
    const parts = hostParts(opening, io);
    const [{ tailsOf }, { dialFrom, endsOf, runOn }, { describeUnit }] = await Promise.all([
      import('./tails/tails.ts'),
      import('./reach.ts'),
      import('./unit-text.ts'),
    ]);
    return {
      id: opening.id,
      feeds: parts.machines.flatMap((machine) => [
        healthFeed(parts, machine, opening.signals),
        ...workloadFeeds(parts, machine, opening.signals),
      ]),
      operations: operationsOf(parts),
      doctor: async (signal) => (await import('./doctor.ts')).examine(parts, signal),
      tails: (of, signal) => tailsOf(parts, of, signal),
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
  ...looks.map((look) => lookOperation(parts, look)),
];
