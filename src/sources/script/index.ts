import type { SourceModule } from '../source.ts';
import { checkFeed } from './check-feed.ts';
import { expectedIn, type ScriptConfig, scriptConfig, scriptReads } from './config.ts';
import { examine } from './doctor.ts';
import { execFeeds } from './exec-feed.ts';
import { execOperation, execParams } from './exec-operation.ts';
import { scriptParts } from './parts.ts';
import { readProblem } from './reads.ts';

/** Programs of this machine: one probe per check, values that programs print, and programs that a runbook runs. */
export const script: SourceModule<ScriptConfig> = {
  type: 'script',
  title: 'Programs and monitoring plugins',
  config: scriptConfig,
  reads: scriptReads,
  checkRead: readProblem,
  feedNames: ['health', 'values'],
  operations: { exec: { params: execParams, danger: 'as-step' } },
  gives: (config) => {
    const expects = expectedIn(config);
    if (expects === undefined) return { kinds: ['health'] };
    return { kinds: expects.length === 0 ? [] : ['health'], expects };
  },
  open: async (opening, io) => {
    const { id, config, signals } = opening;
    const parts = scriptParts(opening, io);
    return {
      id,
      feeds: [
        ...config.checks.map((check) => checkFeed(parts, check, signals)),
        ...execFeeds(parts, signals),
      ],
      operations: [execOperation(parts)],
      doctor: (signal) => examine(parts, signals, signal),
      close: () => io.close(),
    };
  },
};
