import type { FactKind } from '../../../domain/facts.ts';
import type { Kind } from '../../../kinds/define-kind.ts';
import { kindOf } from '../../../kinds/registry.ts';
import type { Subject } from '../../panes/row.ts';

/**
 * The larger thing that a row belongs to: a service, a consumer group, what owns a pod. '' where nothing says so. Findings
 * of one thing are told together.
 */
export const thingOf = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  if (subject.kind === 'signal') return subject.signal.labels.service ?? '';
  const kind: Kind = kindOf<FactKind>(subject.kind);
  return kind.belongsTo?.(subject.fact) ?? '';
};

/** What a row says that it needs and does not get: what a breaker stands before, the parts of a service that are not up. */
export const neededBy = (subject: Subject | undefined): readonly string[] => {
  if (subject === undefined || subject.kind === 'signal') return [];
  const kind: Kind = kindOf<FactKind>(subject.kind);
  return kind.needs?.(subject.fact) ?? [];
};

/** The source that gave the row. */
export const sourceOf = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  return subject.kind === 'signal' ? subject.signal.source : subject.fact.source;
};
