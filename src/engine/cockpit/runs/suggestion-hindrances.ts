import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import type { Danger } from '../../../domain/runbooks/operation.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { Executor } from '../../../runs/context/executor-api.ts';
import type { EnvironmentReader } from '../../../runs/environment/environment-reader.ts';
import { incidentRowsOf } from '../../../runs/incidents/incident-rows.ts';
import { isIrreversible } from '../../../runs/policy/danger.ts';
import type { Hindrance } from '../../../runs/runbooks/judge-suggestion.ts';
import type { RankedSuggestions } from '../../../runs/runbooks/rank-suggestions.ts';
import { createObstacleChecks } from './obstacle-checks.ts';
import { residueReason } from './residue.ts';
import { createRunAttempts, type RunAttempts } from './run-attempts.ts';

/** The knowledge against the suggestions of one open environment. It only reads. */
export interface SuggestionHindrances extends Pick<RunAttempts, 'planned' | 'ended' | 'foundNext'> {
  /** Returns what is known against a matching runbook; undefined: nothing. */
  hindranceOf(runbook: Runbook, snapshot: Snapshot): Hindrance | undefined;
  /** Takes the suggestions as they are now, and checks the next one. `isBusy`: a run is in progress, so nothing is checked. */
  follow(ranked: RankedSuggestions, snapshot: Snapshot, isBusy: boolean): void;
  close(): Promise<void>;
}

interface HindranceParts {
  readonly executor: Pick<Executor, 'obstacle'>;
  readonly engine: Pick<EnvironmentReader, 'feeds' | 'profile'>;
  /** By the id of the runbook. */
  dangerOf(runbook: string): Danger | undefined;
  readonly clock: Clock;
  /** Called when something else is known, so that the suggestions have another order. */
  changed(): void;
}

export const createSuggestionHindrances = ({
  executor,
  engine,
  dangerOf,
  clock,
  changed,
}: HindranceParts): SuggestionHindrances => {
  const attempts = createRunAttempts();
  const obstacles = createObstacleChecks(executor, clock, changed);
  /** Why a destructive runbook matches only because of the time before a run of this incident. */
  const residueOf = (runbook: Runbook, snapshot: Snapshot): string | undefined => {
    const act = attempts.lastAct();
    return act === undefined || !isIrreversible(dangerOf(runbook.id))
      ? undefined
      : residueReason(runbook, incidentRowsOf(snapshot, engine), act, {
          now: clock.now(),
          wallOffset: clock.wallOffset(),
        });
  };
  return {
    planned: (proposal) => {
      attempts.planned(proposal);
      changed();
    },
    ended: (proposal, event) => {
      attempts.ended(proposal, event);
      obstacles.forget();
      changed();
    },
    foundNext: attempts.foundNext,
    hindranceOf: (runbook, snapshot) => {
      const obstacle = obstacles.obstacleOf(runbook, snapshot);
      const attempt = attempts.attemptOf(runbook, snapshot);
      const tried =
        attempt === undefined
          ? []
          : [
              `tried ${formatClockTime(attempt.at + clock.wallOffset()).slice(0, 'hh:mm'.length)}: ${attempt.outcome}`,
            ];
      if (obstacle !== undefined)
        return { is: 'blocked', why: [...tried, `cannot run now: ${obstacle}`].join(' · ') };
      const residue = residueOf(runbook, snapshot);
      const why = [...tried, ...(residue === undefined ? [] : [residue])].join(' · ');
      if (why === '') return undefined;
      return { is: tried.length > 0 ? 'tried' : 'residue', why };
    },
    follow: ({ suggestions, isClear }, snapshot, isBusy) => {
      attempts.forget(clock.now(), isClear);
      if (isBusy) return;
      const matching = suggestions.flatMap(({ runbook, fits }) =>
        fits === 'yes' && runbook.problem === undefined ? [runbook] : [],
      );
      obstacles.check(matching, snapshot);
    },
    close: obstacles.close,
  };
};
