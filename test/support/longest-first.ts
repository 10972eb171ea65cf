import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that run for more than about ten seconds, as the beginnings of their paths below `test`, the longest first. They start
 * first, so that no worker is left alone with one at the end. A new clone has no times of an earlier run, and the size of a
 * file, which the test runner takes instead, says little: a drill is short to write.
 */
const long: readonly string[] = [
  'e2e/drills',
  'e2e/docs/your-own-system',
  'drills/every-count',
  'suggestions/complete',
  'e2e/terminal',
  'coverage/saga.test',
  'drills/incident-paths',
  'sabotage/sample',
  'drills/event-bus-incidents',
  'coverage/event-bus',
  'coverage/eventmesh.test',
  'drills/by-keys',
  'e2e/hardship',
  'drills/metrics-incidents',
  'coverage/trading',
  'e2e/cli/run',
  'drills/trading-incidents',
  'suggestions/',
  'drills/',
  'coverage/mutation/',
  'cli/run-incidents',
  'cli/check-incidents/',
  'screens/share',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const path = relative('test', moduleId).replaceAll('\\', '/');
  const rank = long.findIndex((beginning) => path.startsWith(beginning));
  return rank === -1 ? long.length : rank;
};

/** Starts long files first within each project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return projects.flatMap((name) =>
      sorted
        .filter(({ project }) => project.name === name)
        .toSorted((one, other) => rankOf(one) - rankOf(other)),
    );
  }
}
