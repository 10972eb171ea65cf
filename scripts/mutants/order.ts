import type { MutantBits, RecordedFile } from '../../test/support/mutants/plan.ts';
import type { Mutant } from './sample.ts';

/** A test that may kill a mutant. */
export interface Candidate {
  readonly project: string;
  readonly file: string;
  readonly name: string;
  readonly cpuMs: number;
  /** CPU time to load its file. */
  readonly loadMs: number;
  /** Number of mutants that it reaches: the fewer, the more specific it is. */
  readonly breadth: number;
}

const has = (bits: Buffer, id: number): boolean => ((bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;

const countBits = (bits: Buffer): number => {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

/** Records of one layer, ready to be asked. */
export type Reach = readonly ReachedFile[];

interface ReachedFile {
  readonly file: string;
  readonly loading: Buffer;
  readonly around: Buffer;
  readonly tests: readonly { readonly candidate: Candidate; readonly reached: Buffer }[];
}

const decoded = (bits: MutantBits): Buffer => Buffer.from(bits, 'base64');

/** Decodes the records of a layer. Tests that failed unmutated, and those in `untrusted`, are left out. */
export const reachOf = (
  files: readonly RecordedFile[],
  isUntrusted: (file: string, name: string) => boolean = () => false,
): Reach =>
  files.map(({ project, file, loadMs, loading, around, tests }) => ({
    file,
    loading: decoded(loading),
    around: decoded(around),
    tests: tests
      .filter(({ name, passed }) => passed && !isUntrusted(file, name))
      .map(({ name, cpuMs, reached }) => {
        const bits = decoded(reached);
        return {
          candidate: { project, file, name, cpuMs, loadMs, breadth: countBits(bits) },
          reached: bits,
        };
      }),
  }));

/** The cost of a test, with its share in loading the file, weighted by how unspecific it is. */
const weight = ({ cpuMs, loadMs, breadth }: Candidate): number =>
  (cpuMs + loadMs / 4 + 1) * Math.sqrt(1 + breadth);

const byWeight = (all: readonly Candidate[]): readonly Candidate[] =>
  all.toSorted((first, other) => weight(first) - weight(other) || first.name.localeCompare(other.name));

/**
 * Tests that may kill a mutant, the cheapest and most specific first. A mutant that is reached while modules load may change every test
 * that imports its source (`importers`), because files of one process share their modules: tests that reach another mutant of the same
 * source (`neighbors`) come first.
 */
export const candidatesFor = (
  { id }: Mutant,
  reach: Reach,
  neighbors: readonly Mutant[],
  importers: ReadonlySet<string>,
): readonly Candidate[] => {
  const direct = reach.flatMap(({ around, tests }) => {
    const isAround = has(around, id);
    return tests.filter(({ reached }) => isAround || has(reached, id)).map(({ candidate }) => candidate);
  });
  if (!reach.some(({ loading }) => has(loading, id))) return byWeight(direct);
  const importing = reach.filter(({ file }) => importers.has(file)).flatMap(({ tests }) => tests);
  const isNear = (bits: Buffer): boolean => neighbors.some((neighbor) => has(bits, neighbor.id));
  const near = importing.filter(({ reached }) => isNear(reached)).map(({ candidate }) => candidate);
  const rest = importing.map(({ candidate }) => candidate);
  return [...new Set([...byWeight(direct), ...byWeight(near), ...byWeight(rest)])];
};

/** CPU seconds of the starts of the test runner for one mutant: each runs more tests than the one before. */
const stageSeconds: readonly number[] = [1, 6, 30];

/** Divides candidates into starts of growing size. Those beyond `most` seconds in total are left out. */
export const stagesOf = (
  candidates: readonly Candidate[],
  most: number,
): { readonly stages: readonly (readonly Candidate[])[]; readonly left: number } => {
  const stages: Candidate[][] = [];
  let spent = 0;
  let total = 0;
  let loaded = new Set<string>();
  for (const [index, candidate] of candidates.entries()) {
    const room = stageSeconds[stages.length - 1] ?? Number.POSITIVE_INFINITY;
    const inStage = (candidate.cpuMs + (loaded.has(candidate.file) ? 0 : candidate.loadMs)) / 1000;
    const isFirst = stages.length === 0 || (spent > 0 && spent + inStage > room);
    const seconds = isFirst ? (candidate.cpuMs + candidate.loadMs) / 1000 : inStage;
    if (stages.length > 0 && total + seconds > most) return { stages, left: candidates.length - index };
    if (isFirst) {
      stages.push([]);
      spent = 0;
      loaded = new Set();
    }
    stages.at(-1)?.push(candidate);
    loaded.add(candidate.file);
    spent += seconds;
    total += seconds;
  }
  return { stages, left: 0 };
};

/** CPU seconds that tests and the loading of their files took without a mutant. */
export const secondsOf = (tests: readonly Candidate[]): number => {
  const loads = new Map(tests.map(({ file, loadMs }) => [file, loadMs]));
  const ms = [...loads.values(), ...tests.map(({ cpuMs }) => cpuMs)];
  return ms.reduce((sum, value) => sum + value, 0) / 1000;
};
