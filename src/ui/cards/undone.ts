import { ageText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Proposal } from '../../domain/run.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import { listed } from './listed.ts';

/** When what is put back was read: when the run that is undone was planned. Absent: that run is not known here. */
const capturedAt = ({ cockpit, wallOffset }: View, undone: string): Millis | undefined => {
  const ended = cockpit.ended.find(({ proposal }) => proposal?.run === undone);
  if (ended?.proposal !== undefined) return ended.proposal.plannedAt;
  const past = cockpit.runs?.find(({ run }) => run === undone);
  return past === undefined ? undefined : past.at - wallOffset;
};

/** What an undo puts back, and how old that is: others may have changed it since. */
export const backLines = (view: View, { steps, undoes = '' }: Proposal, all: boolean): readonly Line[] => {
  const captured = capturedAt(view, undoes);
  return [
    ...listed(
      view,
      'back to',
      steps.map(({ title }) => title),
      { all },
    ),
    ...(captured === undefined
      ? []
      : listed(view, 'captured', [`${ageText(view.now - captured)} ago, before that run acted`], { all })),
  ];
};
