import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that start many programs. The time to start one grows with the memory of the process that starts it (forty times as long
 * at 300 MB as at 60 MB), and a worker has ten times the memory at its end.
 */
const startingPrograms: readonly string[] = [
  'platform/remote-exec/remote-files',
  'sources/script/',
  'cli/trust/',
  'cli/init/',
  'clients/ssh/',
  'sources/host/',
  'sources/docker/',
  'engine/via/',
  'contract/undo',
];

/**
 * Files that run for more than about ten seconds, as the beginnings of their paths below `test`, the longest first. They start
 * first, so that no worker is left alone with one at the end. A new clone has no times of an earlier run, and the size of a
 * file, which the test runner takes instead, says little: a drill is short to write.
 */
const long: readonly string[] = [
  ...startingPrograms,
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
  'screens/share',
  'drills/',
  'coverage/mutation/',
  'cli/run-incidents',
  'contract/promises',
  'cli/check-incidents/',
  'screens/properties',
  'sources/kubernetes/operations/acting',
  'simulation/',
];

/**
 * `OPSDECK_LONG_PART=I/N`: of the files of the project `long`, every N-th, beginning with the I-th (from 0), the longest
 * first: each part has its share of them. Absent: all.
 */
const partOf = (files: readonly TestSpecification[]): readonly TestSpecification[] => {
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(process.env.OPSDECK_LONG_PART ?? '') ?? [];
  if (part === undefined || parts === undefined) return files;
  const long = files
    .filter(({ project }) => project.name === 'long')
    .toSorted((first, other) => rankOf(first) - rankOf(other) || (first.moduleId < other.moduleId ? -1 : 1));
  const left = new Set(long.filter((_, index) => index % Number(parts) !== Number(part)));
  return files.filter((file) => !left.has(file));
};

const rankOf = ({ moduleId }: TestSpecification): number => {
  const path = relative('test', moduleId).replaceAll('\\', '/');
  const rank = long.findIndex((beginning) => path.startsWith(beginning));
  return rank === -1 ? long.length : rank;
};

/** Starts long files first within each project, of the part of them that is asked for. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort([...partOf(files)]);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    return projects.flatMap((name) =>
      sorted
        .filter(({ project }) => project.name === name)
        .toSorted((first, other) => rankOf(first) - rankOf(other)),
    );
  }
}
