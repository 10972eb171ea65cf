import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { CiIncidentSpec, CiSpec, RunSpec } from '../spec/ci.ts';
import { Repository, type SimulatedRun } from '../spec/repository.ts';
import type { FindingSpec } from '../spec/repository-spec.ts';
import { fnv1a } from '../spec/seeded-random.ts';

/** The id of a repository; another one of the same name, as of a stand-in, has another id. */
const repositoryIdOf = (identity: string): number | undefined =>
  identity === '' ? undefined : 5000 + (fnv1a(identity) % 4000);

/** A run that is not created yet, by its model time. */
interface DueRun {
  readonly at: Millis;
  readonly run: RunSpec;
}

/**
 * The repository of a system on GitHub. Its runs follow the wall clock, as those of GitHub do; incidents are in model time and
 * take effect when the repository is next read.
 */
export class Ci implements Part<CiIncidentSpec> {
  readonly spec: CiSpec;
  readonly #env: EnvironmentContext;
  readonly #bornAt: Millis;
  #repository: Repository | undefined;
  #trouble: CiIncidentSpec | undefined;
  #due: readonly DueRun[] = [];
  /** Open alerts of code scanning; the repository shows this list. */
  readonly #findings: FindingSpec[] = [];
  /** Runs of the incident. */
  #runs: readonly SimulatedRun[] = [];

  constructor(spec: CiSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.#env = env;
    this.#bornAt = env.now;
  }

  tick(): void {}

  inject(trouble: CiIncidentSpec): void {
    this.#trouble = trouble;
    const { now } = this.#env;
    this.#due = trouble.runs.map((run) => ({ at: now - run.agoMs, run }));
    this.#findings.splice(
      0,
      Infinity,
      ...(trouble.findings ?? []).map((finding) => ({ ...finding, createdAt: 0 })),
    );
  }

  get isBroken(): boolean {
    return this.#trouble !== undefined && this.#trouble.isRecord !== true;
  }

  heal(): void {
    const own = new Set(this.#runs);
    const runs = this.#repository?.runs ?? [];
    runs.splice(0, runs.length, ...runs.filter((run) => !own.has(run)));
    for (const tag of Object.keys(this.#trouble?.tags ?? {})) this.#repository?.heads.delete(tag);
    this.#trouble = undefined;
    this.#findings.length = 0;
    this.#due = [];
    this.#runs = [];
  }

  /** The repository now. `toWall`: converts a model time to the wall clock. `head`: the newest commit of the default branch. */
  repositoryAt(
    toWall: (time: Millis) => Millis,
    {
      head,
      secretDays = this.spec.secretDays ?? {},
    }: {
      readonly head?: string;
      readonly secretDays?: Readonly<Record<string, number>> | undefined;
    } = {},
  ): Repository {
    const wallNow = toWall(this.#env.now);
    const repository = this.#repository ?? this.#create(toWall(this.#bornAt));
    this.#repository = repository;
    if (head !== undefined) repository.heads.set(this.spec.defaultBranch, head);
    repository.secrets = Object.entries(secretDays).map(([name, days]) => ({
      name,
      updatedAt: repository.rotated.get(name) ?? wallNow - days * dayMs,
    }));
    for (const [tag, sha] of Object.entries(this.#trouble?.tags ?? {})) repository.heads.set(tag, sha);
    const due = this.#due.filter(({ at }) => at <= this.#env.now);
    this.#due = this.#due.filter(({ at }) => at > this.#env.now);
    this.#runs = [...this.#runs, ...due.map(({ at, run }) => addRun(repository, run, toWall(at)))];
    if (this.#due.length === 0 && this.#runs.length > 0 && this.#isOver(repository, wallNow))
      this.#trouble = undefined;
    return repository;
  }

  /** True when the newest run of every workflow and branch of the incident has succeeded, no slower than usual. */
  #isOver(repository: Repository, now: Millis): boolean {
    return this.#runs.every(({ workflow, branch }) => {
      const newest = repository.newestRuns.find((run) => run.workflow === workflow && run.branch === branch);
      return (
        newest !== undefined && newest.slowness <= 1 && repository.state(newest, now).conclusion === 'success'
      );
    });
  }

  #create(born: Millis): Repository {
    const { history, releases = [], artifacts = [], pulls = [], ...spec } = this.spec;
    const described = {
      ...spec,
      codeScanning: this.#findings,
      dependabot: [],
      releases: releases.map(({ publishedAtAgo, ...release }) => ({
        ...release,
        publishedAt: born - publishedAtAgo,
      })),
      artifacts: artifacts.map(({ createdAtAgo, expiresAtAgo, ...artifact }) => ({
        ...artifact,
        createdAt: born - createdAtAgo,
        expiresAt: born - expiresAtAgo,
      })),
      pulls: pulls.map(({ mergedAtAgo, ...pull }) => ({ ...pull, mergedAt: born - mergedAtAgo })),
    };
    const repository = new Repository(described, repositoryIdOf(this.#env.identity));
    for (const run of history.toSorted((a, b) => b.agoMs - a.agoMs))
      addRun(repository, run, born - run.agoMs);
    return repository;
  }
}

const addRun = (
  repository: Repository,
  { agoMs: _, approved = {}, ...run }: RunSpec,
  time: Millis,
): SimulatedRun => {
  const added = repository.add({ ...run, createdAt: time });
  for (const [environment, afterMs] of Object.entries(approved))
    added.reviews.set(environment, { at: time + afterMs, isApproved: true });
  return added;
};
