import type { RunView } from '../../../store/run-types.ts';
import { help, interrupt, suspend } from '../../keys/shared.ts';
import type { Binding, KeyTable } from '../../panes/pane.ts';
import { scrollKeys } from './common-keys.ts';
import { confirmKeys, planningKeys, refusedKeys } from './confirm-keys.ts';
import { loginKeys } from './login-keys.ts';
import { choiceKeys, severalKeys, valueKeys } from './param-keys.ts';
import { choicesFor } from './question.ts';
import { askKeys, backgroundKey, endedKeys, runningKeys, tickKeys } from './run-keys.ts';

const goingKeys = ({ ticking, login }: RunView): readonly Binding[] => {
  if (login !== undefined) return [...loginKeys, backgroundKey];
  if (ticking === undefined) return runningKeys;
  return ticking.ask === true ? askKeys : tickKeys;
};

const askingKeys = (run: RunView): readonly Binding[] => {
  if (choicesFor(run) === undefined) return valueKeys;
  return run.asking?.several === undefined ? choiceKeys : severalKeys;
};

/** The keys of a run's card, by what the run is at. In its cancel window every key cancels. */
export const cardKeys = (run: RunView): readonly Binding[] => {
  const common = [help, interrupt, suspend];
  switch (run.stage) {
    case 'params':
      return [...askingKeys(run), ...common];
    case 'diagnosing':
    case 'planning':
      return [...planningKeys, ...scrollKeys, ...common];
    case 'proposed':
      return [...(run.proposal?.refusal === undefined ? confirmKeys : refusedKeys), ...scrollKeys, ...common];
    case 'window':
      return [
        {
          id: 'window.cancel',
          keys: [],
          does: 'any key cancels; nothing has been sent',
          run: ({ commands }) => commands.cancel(),
        },
      ];
    case 'running':
      return [...goingKeys(run), ...scrollKeys, ...common];
    case 'ended':
      return [...endedKeys, ...scrollKeys, ...common];
  }
};

/** The same by what a card is about, for the page of keys. */
export const cardTables: readonly KeyTable[] = [
  { title: 'The card that asks for a choice', bindings: choiceKeys },
  { title: 'The card that asks for several choices', bindings: severalKeys },
  { title: 'The card that asks for a value', bindings: valueKeys },
  { title: 'The card of what is being planned', bindings: planningKeys },
  { title: 'The card that asks for a yes', bindings: confirmKeys },
  { title: 'The card of what was refused', bindings: refusedKeys },
  { title: 'The card of a step that is done by hand', bindings: tickKeys },
  { title: 'The card of a run that asks whether to go on', bindings: askKeys },
  { title: 'The card of a run that waits for a login', bindings: [...loginKeys, backgroundKey] },
  { title: 'The card of a run that goes on', bindings: runningKeys },
  { title: 'The card of a run that has ended', bindings: endedKeys },
  { title: 'A card with more lines than there is room for', bindings: scrollKeys },
];
