import type { Millis } from '../../domain/base/fault.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { InstanceFilter, Interruption } from '../../domain/runbooks/operation.ts';
import type { GateCheck, OverrideReasons } from '../../domain/runs/proposal.ts';
import { choicesOf } from '../../expressions/choices.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import type { CheckParts } from '../context/check-parts.ts';
import type { PendingAct, PendingRun } from '../context/pending-run.ts';
import { freshState } from '../evidence/check-feeds.ts';
import { isAtLeast } from '../policy/danger.ts';
import { type DoubtfulTarget, targetRulings } from '../policy/doubtful-targets.ts';
import {
  type InstanceHealth,
  outageRulings,
  protectsLastInstance,
  type ServiceStep,
} from '../policy/outage.ts';
import type { CheckRuling } from '../policy/ruling.ts';
import { withDeadline } from '../reads/read-deadline.ts';
import { referencedParams } from '../runbooks/binding/bind.ts';

type Subject = Pick<PendingRun, 'proposal' | 'runbook' | 'params' | 'steps' | 'undoing'>;

/** The id of the runbook's step: a turn of a loop is 'a1/2'. */
const stepOf = (id: string): string => id.split('/')[0] ?? id;

/** The parameters that users may notice: bound in a step that is at least disruptive. */
const actedOn = ({ runbook, steps }: Subject): ReadonlySet<string> => {
  const noticed = new Set(
    steps.flatMap(({ planned: { id, danger } }) => (isAtLeast(danger, 'disruptive') ? [stepOf(id)] : [])),
  );
  return new Set(
    runbook.act
      .filter(({ id }) => noticed.has(id))
      .flatMap((step) => [...referencedParams(step.with), ...(step.each === undefined ? [] : [step.each])]),
  );
};

const doubtfulTargets = (subject: Subject, snapshot: Snapshot): readonly DoubtfulTarget[] => {
  const { runbook, params, undoing } = subject;
  if (undoing !== undefined) return [];
  const named = actedOn(subject);
  return runbook.params
    .filter(({ name, from }) => from !== undefined && named.has(name))
    .flatMap((spec) => {
      const choices = choicesOf(spec, snapshot, params);
      if ('problem' in choices) return [];
      const value = params[spec.name] ?? [];
      const chosen = typeof value === 'object' ? value : [String(value)];
      return chosen.flatMap((text) => {
        const why = choices.doubts?.[text];
        return why === undefined ? [] : [{ value: text, why }];
      });
    });
};

const matches = (fact: InstanceFilter, filter: InstanceFilter): boolean =>
  (['kind', 'namespace', 'name', 'owner', 'node'] as const).every(
    (field) => filter[field] === undefined || fact[field] === filter[field],
  );

/** Time limit for reading the instances of a service. */
const readMs: Millis = 5000;

interface Interrupting {
  readonly source: string;
  readonly interrupts: Interruption;
}

const interruptingActs = (acts: readonly PendingAct[]): readonly Interrupting[] =>
  acts.flatMap(({ source, plan }) =>
    [plan.interrupts ?? []].flat().map((interrupts) => ({ source, interrupts })),
  );

/** Facts about the instances, read after this call began. What was not read by then is unknown. */
const readInstances = async (
  acts: readonly Interrupting[],
  { engine, clock }: CheckParts,
  signal: AbortSignal,
): Promise<Snapshot> => {
  const since = clock.now();
  const sources = new Set(acts.map(({ source }) => source));
  const isNeeded = ({ kind, source }: { readonly kind: string; readonly source: string }): boolean =>
    (kind === 'workloads' && sources.has(source)) || kind === 'health';
  const ids = engine.feeds.filter((feed) => feed.everyMs > 0 && isNeeded(feed)).map(({ id }) => id);
  const limit = clock.deadline(readMs);
  await withDeadline((stop) => engine.readNow(ids, AbortSignal.any([stop, limit.signal])), clock, signal)
    // A feed that could not be read leaves its rows unknown.
    .catch(() => {});
  limit.clear();
  const now = clock.now();
  return buildSnapshot(freshState(engine.facts.getState(), since - 1, now), now);
};

const nameOf = (
  { node, name }: { readonly node: string; readonly name: string },
  by: Interruption,
): string => (by.instances.kind === 'unit' ? node : name);

const instancesOf = (
  { source, interrupts }: Interrupting,
  { kinds, env }: Snapshot,
): readonly InstanceHealth[] | undefined => {
  const rows = kinds.workloads.rows.filter(
    ({ fact }) => fact.source === source && matches(fact, interrupts.instances),
  );
  // Without any row nothing is known, not even about the target, but what the plan read.
  if (rows.length === 0) return interrupts.observed;
  return rows.map(({ fact, stale, level }): InstanceHealth => {
    const name = nameOf(fact, interrupts);
    if (stale || fact.ready === undefined) return { name, isHealthy: undefined };
    const checks = kinds.health.rows.filter(
      (row) => row.fact.env === env && (row.fact.instance === fact.node || row.fact.instance === fact.name),
    );
    const isDown = checks.some((row) => !row.stale && row.level === 'crit');
    return { name, isHealthy: fact.ready > 0 && level !== 'crit' && !isDown };
  });
};

const serviceStep = (act: Interrupting, snapshot: Snapshot): ServiceStep => {
  const { does, service, affected, observed = [] } = act.interrupts;
  const instances = instancesOf(act, snapshot);
  const rows = snapshot.kinds.workloads.rows.filter(
    ({ fact }) => fact.source === act.source && matches(fact, act.interrupts.instances),
  );
  const taken = rows.filter(
    ({ fact }) => affected === undefined || affected.some((filter) => matches(fact, filter)),
  );
  const names =
    rows.length === 0
      ? observed.filter(({ isAffected }) => isAffected).map(({ name }) => name)
      : taken.map(({ fact }) => nameOf(fact, act.interrupts));
  return { does, service, instances, affected: names };
};

/** True: the operator overrode this check on the card, so that the reason was meant for it. */
const isOverridden = (checks: readonly GateCheck[] | undefined, what: GateCheck['what']): boolean =>
  checks?.some((check) => check.what === what && check.asks === true) === true;

/**
 * Checks that some actions leave every service a healthy instance, on facts that are read now. `asked`: the reason for
 * overriding, given for this check. Empty for actions that interrupt nothing.
 */
const outageChecks = async (
  acts: readonly PendingAct[],
  parts: CheckParts,
  overridden: string | undefined,
  signal: AbortSignal,
): Promise<readonly CheckRuling[]> => {
  const interrupting = interruptingActs(acts);
  const { tier } = parts.engine.profile;
  if (interrupting.length === 0 || !protectsLastInstance(tier)) return [];
  const snapshot = await readInstances(interrupting, parts, signal);
  const steps = interrupting.map((act) => serviceStep(act, snapshot));
  return outageRulings(steps, tier, overridden);
};

const actsOf = ({ steps }: Subject): readonly PendingAct[] => steps.flatMap(({ act }) => act ?? []);

/**
 * The checks of what a run acts on, at its proposal: whether a chosen target is doubtful, and whether a service would be
 * left without a healthy instance.
 */
export const proposedTargetChecks = async (
  subject: Subject,
  parts: CheckParts,
  { override, outage }: OverrideReasons,
  signal: AbortSignal,
): Promise<readonly CheckRuling[]> => [
  ...targetRulings(doubtfulTargets(subject, parts.engine.snapshot()), override),
  ...(await outageChecks(actsOf(subject), parts, outage, signal)),
];

/** The same at the confirmation: a reason overrides only what it was given for. */
export const confirmedTargetChecks = async (
  subject: Subject,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<readonly CheckRuling[]> => {
  const { checks, override, outage } = subject.proposal;
  const reasons: OverrideReasons = {
    ...(override === undefined || !isOverridden(checks, 'target') ? {} : { override }),
    ...(outage === undefined || !isOverridden(checks, 'outage') ? {} : { outage }),
  };
  return proposedTargetChecks(subject, parts, reasons, signal);
};

/** The check of one step just before it is sent. Empty when the outage was overridden. */
export const stepOutageChecks = async (
  { proposal }: Subject,
  act: PendingAct,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<readonly CheckRuling[]> =>
  isOverridden(proposal.checks, 'outage') ? [] : outageChecks([act], parts, undefined, signal);
