import type { RunView } from '../../../store/run-types.ts';
import type { View } from '../../view.ts';
import type { Card } from './card.ts';
import { proposedCard } from './confirm.ts';
import { endedCard } from './ended.ts';
import { paramsCard, planningCard } from './params.ts';
import { runningCard, windowCard } from './running.ts';

const cardAt = (view: View, run: RunView): Card => {
  switch (run.stage) {
    case 'params':
      return paramsCard(view, run);
    case 'diagnosing':
    case 'planning':
      return planningCard(view, run);
    case 'proposed':
      return proposedCard(view, run);
    case 'window':
      return windowCard(view, run);
    case 'running':
      return runningCard(view, run);
    case 'ended':
      return endedCard(view, run);
  }
};

/** The card of a run, by what the run is at. What it acts on keeps its own name on it, also where others see it. */
export const runCard = (view: View, run: RunView): Card => {
  const names = run.proposal?.names ?? [];
  return cardAt(names.length === 0 ? view : { ...view, pen: view.pen.keeping(names) }, run);
};
