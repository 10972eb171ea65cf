import type { RunView } from '../../../store/run-types.ts';
import { changeCard, typeOnCard } from '../../model.ts';
import type { Hand, TextField } from '../../panes/pane.ts';
import { cardStateOf, choicesFor, nameToType, questionOf, whyNotYes } from './question.ts';

/** The text field of a card: a value for a parameter, or the target's name, which takes no paste. */
export const cardField = (view: Hand['view'], run: RunView): TextField | undefined => {
  const of = questionOf(run);
  const value = cardStateOf(view, run).text;
  const set = ({ model }: Hand, text: string): void => typeOnCard(model, of, text);
  if (run.stage === 'params' && choicesFor(run) === undefined) return { value, set };
  if (run.stage !== 'proposed' || nameToType(run) === undefined || whyNotYes(view, run) !== undefined)
    return undefined;
  return {
    value,
    set,
    refusesPaste: ({ model }) =>
      changeCard(model, of, { complaint: 'a pasted name is refused: type it, letter by letter' }),
  };
};
