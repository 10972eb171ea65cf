import { declarationsOf } from '../define-operation.ts';
import type { SourceModule } from '../source.ts';
import { byName } from '../through.ts';
import { checkFeed } from './check-feed.ts';
import { expectedIn, type ScriptConfig, scriptConfig, scriptReads } from './config.ts';
import { examine } from './doctor.ts';
import { execFeeds } from './exec-feed.ts';
import { scriptExec } from './exec-operation.ts';
import { scriptParts } from './parts.ts';
import { readProblem } from './reads.ts';

/** Programs of this machine, or of the ends of a `via:`: one probe per check, values that programs print, and programs that a runbook runs. */
export const script: SourceModule<ScriptConfig> = {
  type: 'script',
  title: 'Programs and monitoring plugins',
  config: scriptConfig,
  reads: scriptReads,
  checkRead: readProblem,
  feedNames: ['health', 'values'],
  carries: 'programs',
  through: (config, ends) => ({ ...config, ends: byName(ends).map(({ name }) => name) }),
  operations: declarationsOf([scriptExec]),
  gives: (config) => {
    const expects = expectedIn(config);
    if (expects === undefined) return { kinds: ['health'] };
    return { kinds: expects.length === 0 ? [] : ['health'], expects };
  },
  open: async (opening, io) => {
    const { id, config, signals } = opening;
    const all = (config.ends ?? ['']).map((end) => scriptParts(opening, io, end));
    return {
      id,
      feeds: all.flatMap((parts) => [
        ...config.checks.map((check) => checkFeed(parts, check, signals)),
        ...execFeeds(parts, signals),
      ]),
      // A program that a runbook runs is run once: at the first end, to which its plan is pinned.
      operations: all.slice(0, 1).map((parts) => scriptExec.open(parts)),
      doctor: async (signal) =>
        (await Promise.all(all.map((parts) => examine(parts, signals, signal)))).flat(),
      close: () => io.close(),
    };
  },
};
