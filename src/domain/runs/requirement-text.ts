import { sentenceCase } from '../text/sentence-case.ts';
import type { MissingRequirement, ProfileEdit } from './proposal.ts';

/** 'frozen until …: why. Wait for its end' */
export const requirementText = ({ why, remedy }: Pick<MissingRequirement, 'why' | 'remedy'>): string =>
  remedy === undefined ? why : `${why}. ${sentenceCase(remedy)}`;

/** All requirements in one text: the reason of a refusal. */
export const requirementsText = (missing: readonly MissingRequirement[]): string =>
  missing.map(requirementText).join('; ');

/** 'change production.yaml:14: actions: [restart]', 'add to guard, production.yaml:14: actions: [restart]'. */
export const profileEditText = ({ does, to, yaml }: ProfileEdit, place: string): string => {
  if (does === 'change') return `change ${place}: ${yaml}`;
  return to === undefined ? `add below ${place}: ${yaml}` : `add to ${to}, ${place}: ${yaml}`;
};
