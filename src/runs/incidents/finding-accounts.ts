import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { isAwaited, isEndedBy, isExplained } from '../../expressions/witness/explain.ts';
import { familyOf, type GoneRow, goneText, missingWith, seriesName } from '../../expressions/witness/gone.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { unreadAmong } from '../evidence/unread.ts';
import type { AlertProof } from './alert-proof.ts';
import type { FindingParts } from './finding-parts.ts';
import type { FindingSystems } from './finding-systems.ts';
import {
  goneFinding,
  type IncidentRow,
  incidentRowsOf,
  isOwnSilence,
  isUnknown,
  presentFamily,
} from './incident-rows.ts';

type Findings = readonly IncidentRow[];

/** The findings from before the action by their state now, and those that are new. */
export interface FindingAccounts {
  /** Those that are there, or that an object in the place of theirs has. */
  readonly remaining: Findings;
  /**
   * Alerts that are not there and not known to be resolved, and series over a window that an object which was replaced does not have yet;
   * also among `unknown`.
   */
  readonly unproved: Findings;
  /** Not there, but no source that was read can know that. */
  readonly unknown: Findings;
  /** Gone with their object, which the run does not explain. */
  readonly vanished: Findings;
  /** Critical, not there before the action, and no continuation of what was. */
  readonly arisen: Findings;
}

interface Parts {
  readonly engine: EnvironmentReader;
  /** All findings of the environment before the action, and those that the run answers for. */
  readonly atStart: Findings;
  readonly own: Findings;
  readonly before: Snapshot;
  readonly effects: readonly DeclaredEffect[];
  readonly proof: AlertProof;
  readonly systems: FindingSystems;
  readonly partsBehind: FindingParts;
}

/** After its window has passed, a value has this time to be read. */
const firstReadingMs: Millis = 60_000;

/** The findings that are not among the others. */
const without = (findings: Findings, others: Findings): Findings => {
  const keys = new Set(others.map(({ key }) => key));
  return findings.filter(({ key }) => !keys.has(key));
};

/** Accounts for the findings from before an action. */
export class FindingAccountant {
  readonly #parts: Parts;
  readonly #startKeys: ReadonlySet<string>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#startKeys = new Set(parts.atStart.map(({ key }) => key));
  }

  /** `isVerified`: the run was verified, so that what it ends explains that an object is gone. `actedAt`: when it has last acted. */
  accounts(now: Snapshot, actedAt: Millis | undefined, isVerified: boolean): FindingAccounts {
    const { engine, own } = this.#parts;
    const found = incidentRowsOf(now, engine);
    const here = new Map(found.map((finding) => [finding.key, finding]));
    const gone = own.filter(({ key }) => !here.has(key));
    const unproved = this.#unproved(gone, now, actedAt);
    // The reason why an alert is not resolved says more than who answered.
    const foreign = this.#foreign(without(gone, unproved));
    const answered = without(gone, foreign);
    const unread = this.#unread(answered, now);
    const lost = this.#lost(without(answered, unread), now, { actedAt, isVerified });
    const awaited = lost.filter(({ missing }) => missing?.is === 'early' && missing.kind === undefined);
    const partial = this.#partial(without(answered, [...unread, ...lost]), now, actedAt);
    const critical = found.filter((finding) => finding.level === 'crit' && this.#isNew(finding, now));
    const continued = this.#continued(critical, gone, now);
    return {
      remaining: [...own.flatMap(({ key }) => here.get(key) ?? []), ...continued],
      unproved: [...unproved, ...awaited],
      unknown: [...foreign, ...unproved, ...unread, ...awaited, ...partial],
      vanished: without(lost, awaited),
      arisen: without(critical, continued),
    };
  }

  /** Alerts that no rule has resolved since the action. */
  #unproved(gone: Findings, now: Snapshot, actedAt: Millis | undefined): Findings {
    const { proof, effects } = this.#parts;
    return gone.flatMap((finding): Findings => {
      const life = finding.alert && proof.openLife(finding.alert, now, actedAt);
      if (life === undefined) return [];
      // The run itself has ended it, which is an act of a person to its monitoring.
      const ended = life.isEndedByPerson === true ? this.#alertBefore(finding) : undefined;
      if (ended !== undefined && isEndedBy(ended, effects)) return [];
      const { trailsMs: _, ...still } = finding;
      return [
        {
          // A silence or an inhibition does not pass with the time that the rule looks back.
          ...(life.is === 'suppressed' ? still : finding),
          why: life.why,
          missing: { is: 'alert', kind: 'alerts', object: finding.alert?.name ?? finding.what },
        },
      ];
    });
  }

  #alertBefore({ key }: IncidentRow): GoneRow | undefined {
    const row = this.#parts.before.kinds.alerts.rows.find((candidate) => key === `alerts ${candidate.key}`);
    return row === undefined ? undefined : { is: 'row', kind: 'alerts', row };
  }

  /** Findings of which another system says that they are gone. */
  #foreign(gone: Findings): Findings {
    return gone.flatMap((finding): Findings => {
      const problem = this.#parts.systems.problem(finding);
      if (problem === undefined) return [];
      const { why, source } = problem;
      return [{ ...finding, why, missing: { is: 'stranger', source } }];
    });
  }

  /** Findings whose feeds do not answer. */
  #unread(gone: Findings, now: Snapshot): Findings {
    const { engine } = this.#parts;
    const { feeds } = engine.facts.getState();
    return gone.flatMap((finding): Findings => {
      if (finding.alert !== undefined || !isUnknown(finding, now)) return [];
      const own = engine.feeds.filter(({ id }) => finding.feeds.includes(id));
      return [{ ...finding, ...defined({ missing: unreadAmong(own, feeds) }) }];
    });
  }

  /** Findings whose object is gone for another reason than the run, and those that what replaces it cannot show yet. */
  #lost(
    gone: Findings,
    now: Snapshot,
    { actedAt = now.at, isVerified }: { readonly actedAt: Millis | undefined; readonly isVerified: boolean },
  ): Findings {
    const { before, effects } = this.#parts;
    // That an object is gone shows no effect of a run that was not verified: it may be gone for another reason.
    const proved = isVerified ? effects : effects.filter(({ does }) => does !== 'ends');
    return gone.flatMap((finding): Findings => {
      const object = goneFinding(finding, before, now);
      const accounts = { before, now, effects: proved };
      if (object === undefined || isExplained(object, accounts)) return [];
      const { trailsMs = 0 } = finding;
      const isYoung = now.at - actedAt < trailsMs + firstReadingMs;
      if (object.is === 'row' || trailsMs === 0 || !isYoung || !isAwaited(object, accounts))
        return [{ ...finding, why: goneText(object), missing: missingWith(object) }];
      const why = `${goneText(object)}. Its replacement is too new to count: wait for its first ${formatDuration(trailsMs)}`;
      const { source } = object.row;
      return [{ ...finding, why, missing: { is: 'early', object: seriesName(object.row), source } }];
    });
  }

  /** Findings of which a part behind the value is not accounted for. */
  #partial(gone: Findings, now: Snapshot, actedAt: Millis | undefined): Findings {
    return gone.flatMap((finding): Findings => {
      const problem = this.#parts.partsBehind.problem(finding, now, actedAt);
      return problem === undefined ? [] : [{ ...finding, ...problem }];
    });
  }

  /** Findings of objects in the place of others that had them, as new pods with the exhausted pools of the former ones: the old problem. */
  #continued(found: Findings, gone: Findings, now: Snapshot): Findings {
    const families = gone.flatMap((finding) => {
      const object = goneFinding(finding, this.#parts.before, now);
      return object === undefined ? [] : [familyOf(object)];
    });
    if (families.length === 0) return [];
    return found.filter((finding) => {
      const index = families.indexOf(presentFamily(finding, now) ?? '');
      if (index >= 0) families.splice(index, 1);
      return index >= 0;
    });
  }

  #isNew(finding: IncidentRow, now: Snapshot): boolean {
    const { feeds } = this.#parts.engine.facts.getState();
    return !this.#startKeys.has(finding.key) && !isOwnSilence(finding, now, feeds);
  }
}
