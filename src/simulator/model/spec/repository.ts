import type { Millis } from '../../../domain/base/fault.ts';
import type {
  CiEnvironmentSpec,
  JobSpec,
  RepositorySpec,
  SecretSpec,
  StepFailureSpec,
  WorkflowSpec,
} from './repository-spec.ts';

/** A run of a workflow: its state follows from the time. */
export interface SimulatedRun {
  readonly id: number;
  readonly number: number;
  readonly workflow: string;
  readonly branch: string;
  readonly sha: string;
  readonly event: string;
  readonly actor: string;
  readonly title: string;
  readonly createdAt: Millis;
  attempt: number;
  startedAt: Millis;
  /** Job and step that fail, and the log of the step if it is not that of the workflow; absent: none. */
  failsAt?: StepFailureSpec | undefined;
  /** Duration of its steps, relative to those of the workflow. */
  readonly slowness: number;
  /** Jobs that the latest attempt has not repeated, by name. */
  kept: ReadonlyMap<string, TimedJob>;
  cancelledAt?: Millis | undefined;
  /** Review of its environments: name → time and decision. */
  readonly reviews: Map<string, { readonly at: Millis; readonly isApproved: boolean }>;
}

interface SimulatedIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly createdAt: Millis;
  closedAt?: Millis;
}

/** A time span of a step or job at one moment. */
export interface Timed {
  readonly name: string;
  readonly startedAt: Millis | undefined;
  readonly completedAt: Millis | undefined;
  /** 'success', 'failure', 'skipped', 'cancelled'; undefined while it is not completed. */
  readonly conclusion: string | undefined;
}

export interface TimedStep extends Timed {
  readonly log: readonly string[];
}

export interface TimedJob extends Timed {
  readonly id: number;
  readonly environment: string | undefined;
  /** True: it waits for a review. */
  readonly isWaiting: boolean;
  readonly steps: readonly TimedStep[];
}

/** A run at one moment. */
export interface RunState {
  readonly status: 'queued' | 'in_progress' | 'waiting' | 'completed';
  readonly conclusion: string | undefined;
  readonly updatedAt: Millis;
  readonly jobs: readonly TimedJob[];
}

/** A deployment that a job has started. */
export interface SimulatedDeployment {
  readonly id: number;
  readonly run: SimulatedRun;
  readonly environment: string;
  readonly createdAt: Millis;
  readonly state: string;
  readonly stateAt: Millis;
}

/** Time from the start of a run until its first job has a runner. */
const queuedMs: Millis = 5000;

/** Parts of a run that is added. */
export type NewRun = Pick<SimulatedRun, 'workflow' | 'branch' | 'event' | 'actor' | 'createdAt'> &
  Partial<Pick<SimulatedRun, 'sha' | 'title' | 'failsAt' | 'id' | 'slowness'>>;

/** The conclusion of a job or step that has not ended by itself. */
const conclusionOfCanceled = ({ cancelledAt }: SimulatedRun): 'cancelled' | undefined =>
  cancelledAt === undefined ? undefined : 'cancelled';

/** A step that has begun; it has ended if it was over by `end`. */
const timeStep = (
  run: SimulatedRun,
  { name, log = [] }: JobSpec['steps'][number],
  {
    from,
    until,
    end,
    fails,
  }: { readonly from: Millis; readonly until: Millis; readonly end: Millis; readonly fails: boolean },
): TimedStep =>
  until <= end
    ? {
        ...{ name, startedAt: from, completedAt: until, conclusion: fails ? 'failure' : 'success' },
        log: (fails ? run.failsAt?.log : undefined) ?? log,
      }
    : {
        ...{ name, startedAt: from, completedAt: run.cancelledAt, conclusion: conclusionOfCanceled(run) },
        log: [],
      };

/** A repository of the simulator: workflows, runs, deployments and findings. Its state follows from the time. */
export class Repository {
  readonly spec: RepositorySpec;
  readonly runs: SimulatedRun[] = [];
  /** Secrets with the time of their last change. */
  secrets: readonly SecretSpec[];
  /** Secrets that were set again, with the time. */
  readonly rotated = new Map<string, number>();
  /** Branch or tag → newest commit. */
  readonly heads: Map<string, string>;
  readonly issues: SimulatedIssue[] = [];
  #lastRun = 9_000_000_000;

  /** Another repository of the same name has another one. */
  readonly id: number;

  constructor(spec: RepositorySpec, id = 4711) {
    this.spec = spec;
    this.id = id;
    this.secrets = spec.secrets ?? [];
    this.heads = new Map(Object.entries(spec.heads));
  }

  get fullName(): string {
    return `${this.spec.owner}/${this.spec.name}`;
  }

  workflow(key: string): WorkflowSpec | undefined {
    return this.spec.workflows.find(({ file, id }) => file === key || String(id) === key);
  }

  /** Newest first. */
  get newestRuns(): readonly SimulatedRun[] {
    return this.runs.toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id);
  }

  run(id: number): SimulatedRun | undefined {
    return this.runs.find((run) => run.id === id);
  }

  /** Adds a run, which starts at its creation. */
  add(added: NewRun): SimulatedRun {
    this.#lastRun += 1;
    const run: SimulatedRun = {
      id: this.#lastRun,
      number: this.runs.filter(({ workflow }) => workflow === added.workflow).length + 1,
      sha: this.heads.get(added.branch) ?? '0'.repeat(40),
      title: this.workflow(added.workflow)?.name ?? '',
      attempt: 1,
      startedAt: added.createdAt,
      reviews: new Map(),
      slowness: 1,
      kept: new Map(),
      ...added,
    };
    this.runs.push(run);
    return run;
  }

  /** The commit of a branch, a tag or a hash; undefined when it is unknown. */
  commit(ref: string): string | undefined {
    const isKnown = this.runs.some(({ sha }) => sha === ref) || [...this.heads.values()].includes(ref);
    return this.heads.get(ref) ?? (isKnown ? ref : undefined);
  }

  /** The first line of a commit's message. */
  commitTitle(sha: string): string | undefined {
    return this.runs.find((run) => run.sha === sha)?.title;
  }

  /** Starts a new attempt, which fails again only for a permanent cause. `jobs`: 'failed' keeps the jobs that succeeded. */
  rerun(run: SimulatedRun, now: Millis, jobs: 'failed' | 'all'): void {
    const succeeded = this.state(run, now).jobs.filter(({ conclusion }) => conclusion === 'success');
    run.kept = new Map(jobs === 'all' ? [] : succeeded.map((job) => [job.name, job]));
    run.attempt += 1;
    run.startedAt = now;
    run.cancelledAt = undefined;
    if (run.failsAt?.isPermanent !== true) run.failsAt = undefined;
  }

  state(run: SimulatedRun, now: Millis): RunState {
    const spec = this.workflow(run.workflow);
    const jobs: TimedJob[] = [];
    let time = run.startedAt + queuedMs;
    let hasFailed = false;
    let isBlocked = false;
    for (const [index, job] of (spec?.jobs ?? []).entries()) {
      const kept = run.kept.get(job.name);
      if (kept !== undefined) {
        jobs.push(kept);
        continue;
      }
      const id = run.id * 100 + run.attempt * 10 + index;
      const isReviewed = this.#needsReview(job);
      const review = job.environment === undefined ? undefined : run.reviews.get(job.environment);
      const mayWait = isReviewed && review === undefined;
      const isRejected = review?.isApproved === false;
      if (review !== undefined) time = Math.max(time, review.at);
      const isSkipped = hasFailed || isRejected;
      const timed = this.#timeJob(run, job, isSkipped || isBlocked || mayWait ? undefined : time, now);
      const isWaiting = !isSkipped && !isBlocked && mayWait && now >= time && run.cancelledAt === undefined;
      jobs.push({
        ...timed,
        id,
        environment: job.environment,
        isWaiting,
        ...(isSkipped ? { conclusion: isRejected ? 'failure' : 'skipped' } : {}),
      });
      if (isRejected) hasFailed = true;
      if (mayWait) isBlocked = true;
      if (timed.conclusion === 'failure') hasFailed = true;
      time += 1000 * run.slowness * job.steps.reduce((sum, { seconds }) => sum + seconds, 0);
    }
    return this.#summary(run, jobs, now);
  }

  /** The deployments that have started, newest first. */
  deployments(now: Millis): readonly SimulatedDeployment[] {
    const started = this.runs.flatMap((run) =>
      this.state(run, now).jobs.flatMap(({ environment, startedAt, completedAt, conclusion, id }) => {
        if (environment === undefined || startedAt === undefined || startedAt > now) return [];
        const state =
          conclusion === undefined ? 'in_progress' : conclusion === 'success' ? 'success' : 'failure';
        return [{ id, run, environment, createdAt: startedAt, state, stateAt: completedAt ?? startedAt }];
      }),
    );
    return started
      .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
      .map((entry, index, all) => {
        const isReplaced = all
          .slice(0, index)
          .some(({ environment, state }) => environment === entry.environment && state === 'success');
        return isReplaced && entry.state === 'success' ? { ...entry, state: 'inactive' } : entry;
      });
  }

  /** The environments that a run waits for. */
  pending(run: SimulatedRun, now: Millis): readonly CiEnvironmentSpec[] {
    const { status, jobs } = this.state(run, now);
    if (status !== 'waiting') return [];
    return jobs.flatMap(({ isWaiting, environment }) =>
      isWaiting ? this.spec.environments.filter(({ name }) => name === environment) : [],
    );
  }

  #needsReview({ environment }: JobSpec): boolean {
    const found = this.spec.environments.find(({ name }) => name === environment);
    return found !== undefined && found.reviewers.length > 0;
  }

  /** `at`: its start; undefined: it does not start. */
  #timeJob(
    run: SimulatedRun,
    job: JobSpec,
    time: Millis | undefined,
    now: Millis,
  ): Omit<TimedJob, 'id' | 'environment' | 'isWaiting'> {
    const { cancelledAt } = run;
    const end = Math.min(now, cancelledAt ?? now);
    if (time === undefined || time > end) {
      const conclusion = cancelledAt === undefined ? undefined : 'cancelled';
      return { name: job.name, startedAt: undefined, completedAt: cancelledAt, conclusion, steps: [] };
    }
    const steps: TimedStep[] = [];
    let from = time;
    let failed = false;
    for (const step of job.steps) {
      if (failed) {
        steps.push({ name: step.name, startedAt: from, completedAt: from, conclusion: 'skipped', log: [] });
        continue;
      }
      const until = from + 1000 * run.slowness * step.seconds;
      const fails = run.failsAt?.job === job.name && run.failsAt.step === step.name;
      if (from <= end) steps.push(timeStep(run, step, { from, until, end, fails }));
      from = until;
      failed = fails && until <= end;
    }
    const isDone = from <= end && (failed || steps.length === job.steps.length);
    const whenDone = failed ? 'failure' : 'success';
    return {
      ...{ name: job.name, startedAt: time, completedAt: isDone ? from : cancelledAt },
      conclusion: isDone ? whenDone : conclusionOfCanceled(run),
      steps,
    };
  }

  #summary(run: SimulatedRun, jobs: readonly TimedJob[], now: Millis): RunState {
    const ends = jobs.flatMap(({ completedAt }) => completedAt ?? []);
    const updatedAt = Math.min(
      now,
      Math.max(run.startedAt, ...ends, ...[...run.reviews.values()].map(({ at }) => at)),
    );
    const base = { jobs, updatedAt };
    if (run.cancelledAt !== undefined && jobs.some(({ conclusion }) => conclusion === 'cancelled'))
      return { ...base, status: 'completed', conclusion: 'cancelled', updatedAt: run.cancelledAt };
    if (jobs.every(({ conclusion }) => conclusion !== undefined)) {
      const hasFailed = jobs.some(({ conclusion }) => conclusion === 'failure');
      return { ...base, status: 'completed', conclusion: hasFailed ? 'failure' : 'success' };
    }
    if (jobs.some(({ isWaiting }) => isWaiting)) return { ...base, status: 'waiting', conclusion: undefined };
    const hasStarted = jobs.some(({ startedAt, name }) => startedAt !== undefined && !run.kept.has(name));
    return { ...base, status: hasStarted ? 'in_progress' : 'queued', conclusion: undefined };
  }
}
