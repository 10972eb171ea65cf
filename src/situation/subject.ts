import type { FaultKind } from '../domain/base/fault.ts';
import type { FactKind, FactTypes } from '../domain/facts/facts.ts';
import type { Level } from '../domain/facts/level.ts';
import type { SignalRow } from '../domain/facts/snapshot.ts';
import type { KindDefinition } from '../kinds/define/define-kind.ts';
import { kindOf } from '../kinds/registry/registry.ts';

/** The object of a finding: a fact, or a signal. */
export type Subject =
  | { [K in FactKind]: { readonly kind: K; readonly fact: FactTypes[K] } }[FactKind]
  | { readonly kind: 'signal'; readonly signal: SignalRow };

/**
 * The parent of an object: a service, a consumer group or a pod's owner; '' if unknown. Findings of one parent belong
 * together.
 */
export const parentEntityOf = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  if (subject.kind === 'signal') return subject.signal.labels.service ?? '';
  const kind: KindDefinition = kindOf<FactKind>(subject.kind);
  return kind.belongsTo?.(subject.fact) ?? '';
};

/** Dependencies that an object reports as unavailable: a breaker's target, or the failed parts of a service. */
export const missingDependencies = (subject: Subject | undefined): readonly string[] => {
  if (subject === undefined || subject.kind === 'signal') return [];
  const kind: KindDefinition = kindOf<FactKind>(subject.kind);
  return kind.needs?.(subject.fact) ?? [];
};

/**
 * The names by which the profile may list an object as dependent. A signal or alert that it lists by its own name is its
 * own object. `listed`: the names with dependencies, in lower case.
 */
export const subjectNames = (
  subject: Subject | undefined,
  listed: ReadonlySet<string>,
): readonly string[] => {
  if (subject === undefined) return [];
  const own =
    subject.kind === 'signal' ? subject.signal.id : subject.kind === 'alerts' ? subject.fact.name : '';
  if (own !== '' && listed.has(own.toLowerCase())) return [own];
  const parent = parentEntityOf(subject);
  return parent === '' ? [] : [parent];
};

/** True if the level says that the object itself is impaired, so that it explains problems of its dependents. */
export const isImpairment = (subject: Subject | undefined, level: Level): boolean => {
  if (subject === undefined || subject.kind === 'signal') return false;
  const kind: KindDefinition = kindOf<FactKind>(subject.kind);
  return kind.impairs === true && (level === 'warn' || level === 'crit');
};

/** Faults that a failure elsewhere causes; a missing permission or setting is a problem of its own. */
export const causedFaults: ReadonlySet<FaultKind> = new Set(['unreachable', 'timeout', 'missing']);
