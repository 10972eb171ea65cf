import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Figure } from '../support/figure.ts';
import { medianOf, type Outcome } from './contest.ts';
import { groupPeers, sessionPeers } from './data.ts';
import { logPeers } from './logs.ts';
import { partitionPeers } from './partitions.ts';
import { podPeers } from './pods.ts';
import { resultsPage, shown } from './report.ts';
import { measureTargets } from './targets.ts';

const resultsFile = fileURLToPath(new URL('../RESULTS.md', import.meta.url));

/** Measures opsdeck beside the tools that do parts of its work, then its own targets, and writes `bench/RESULTS.md`. */
export const peers = async (): Promise<readonly Figure[]> => {
  const startLoad = loadavg()[0] ?? Number.NaN;
  const outcomes: Outcome[] = [];
  for (const contests of [logPeers, podPeers, groupPeers, partitionPeers, sessionPeers])
    outcomes.push(...(await contests()));
  const figures = await measureTargets();
  await writeFile(resultsFile, resultsPage(outcomes, figures, startLoad));
  return [
    ...outcomes.flatMap((outcome) =>
      outcome.entries.map(({ program }): Figure => {
        const value = medianOf(outcome, program);
        return {
          name: `${outcome.title}: ${program}`,
          value: value === undefined ? 'not measured' : shown(value, outcome),
          from: outcome.work,
        };
      }),
    ),
    ...figures,
  ];
};
