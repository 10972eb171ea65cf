import { aboutOf } from '../../../domain/alert-labels.ts';
import type { Subject } from '../../panes/row.ts';

const lastWord = (text: string): string => text.split(' ').at(-1) ?? '';

/**
 * The larger thing that a row belongs to: a service, a consumer group, what owns a pod. '' where nothing says so. Findings
 * of one thing are told together.
 */
export const thingOf = (subject: Subject | undefined): string => {
  switch (subject?.kind) {
    case 'health':
    case 'breakers':
    case 'pools':
      return subject.fact.service;
    case 'lag':
      return subject.fact.group;
    case 'workloads':
      return subject.fact.owner === '' ? subject.fact.name : lastWord(subject.fact.owner);
    case 'alerts':
      return aboutOf(subject.fact.labels);
    case 'sessions':
      return subject.fact.application ?? '';
    case 'signal':
      return subject.signal.labels.service ?? '';
    default:
      return '';
  }
};

const isUp = (status: string): boolean => /^(up|ok)$/i.test(status);

/** What a row says that it needs and does not get: what a breaker stands before, the parts of a service that are not up. */
export const neededBy = (subject: Subject | undefined): readonly string[] => {
  if (subject?.kind === 'breakers') return [subject.fact.name];
  if (subject?.kind !== 'health') return [];
  return subject.fact.components.flatMap(({ name, status }) => (isUp(status) ? [] : [name]));
};

/** The source that gave the row. */
export const sourceOf = (subject: Subject | undefined): string => {
  if (subject === undefined) return '';
  return subject.kind === 'signal' ? subject.signal.source : subject.fact.source;
};
