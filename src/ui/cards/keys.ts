import type { RunView } from '../../store/cockpit.ts';
import type { Binding, Hand, KeyTable } from '../keys/binding.ts';
import { interrupt, suspend } from '../keys/everywhere.ts';
import { changeCard } from '../model.ts';
import { cardRoom, lastScroll } from './card.ts';
import { cardStateOf, choicesFor, nameToType, questionOf, runOnScreen, undoOf } from './question.ts';
import { runCard } from './run-card.ts';

const withRun =
  (act: (hand: Hand, run: RunView) => void) =>
  (hand: Hand): void => {
    const run = runOnScreen(hand.view);
    if (run !== undefined) act(hand, run);
  };

const closeKey: Binding = {
  id: 'card.close',
  keys: ['esc'],
  does: 'close the card',
  footer: 'close',
  run: ({ commands }) => commands.decline(),
};

const callsKey: Binding = {
  id: 'card.calls',
  keys: ['tab'],
  does: 'full calls, or cut to one line each',
  run: withRun(({ model, view }, run) =>
    changeCard(model, questionOf(run), { calls: !cardStateOf(view, run).calls }),
  ),
};

const moveChoice = (step: number): Binding['run'] =>
  withRun(({ model, view }, run) => {
    const last = Math.max(0, (choicesFor(run)?.length ?? 1) - 1);
    const cursor = Math.max(0, Math.min(last, cardStateOf(view, run).cursor + step));
    changeCard(model, questionOf(run), { cursor });
  });

const giveChoice = withRun(({ commands, view }, run) => {
  const choice = choicesFor(run)?.[cardStateOf(view, run).cursor];
  if (choice !== undefined && run.asking !== undefined) commands.give(run.asking.name, choice);
});

const giveText = withRun(({ commands, view }, run) => {
  if (run.asking !== undefined) commands.give(run.asking.name, cardStateOf(view, run).text);
});

const choiceKeys: readonly Binding[] = [
  { id: 'choice.down', keys: ['j', 'down'], does: 'next choice', run: moveChoice(1) },
  { id: 'choice.up', keys: ['k', 'up'], does: 'previous choice', run: moveChoice(-1) },
  { id: 'choice.take', keys: ['enter'], does: 'take this choice', footer: 'take', run: giveChoice },
  closeKey,
];
const valueKeys: readonly Binding[] = [
  { id: 'value.give', keys: ['enter'], does: 'give this value', footer: 'give', run: giveText },
  closeKey,
];

/** Typed names are handed over one per line, as the gate compares them one by one. */
const confirm = withRun(({ commands, model, view }, run) => {
  const { text } = cardStateOf(view, run);
  const name = nameToType(run);
  if (name === undefined) return commands.confirm({ pasted: false });
  if (text === name)
    return commands.confirm({ typed: (run.proposal?.names ?? []).join('\n'), pasted: false });
  changeCard(model, questionOf(run), { complaint: 'enter waits for the whole name' });
});

const scroll = (step: number): Binding['run'] =>
  withRun(({ model, view }, run) => {
    const last = lastScroll(runCard(view, run), cardRoom(view.rows));
    const to = Math.max(0, Math.min(last, cardStateOf(view, run).scroll + step));
    changeCard(model, questionOf(run), { scroll: to });
  });

/** For a card with more lines than there is room for. */
const scrollKeys: readonly Binding[] = [
  { id: 'card.down', keys: ['down', 'j'], does: 'lines below', run: scroll(1) },
  { id: 'card.up', keys: ['up', 'k'], does: 'lines above', run: scroll(-1) },
  { id: 'card.page-down', keys: ['pagedown', 'ctrl-d'], does: 'many lines below', run: scroll(10) },
  { id: 'card.page-up', keys: ['pageup', 'ctrl-b'], does: 'many lines above', run: scroll(-10) },
];

const confirmKeys: readonly Binding[] = [
  { id: 'confirm', keys: ['enter'], does: 'yes: go on', footer: 'go on', run: confirm },
  callsKey,
  { ...closeKey, id: 'decline', does: 'no: nothing is sent', footer: 'cancel' },
];

const planAgain = withRun(({ commands }, run) => {
  const params = Object.entries(run.params).map(([name, value]) => [name, String(value)] as const);
  commands.propose(run.runbook.id, Object.fromEntries(params));
});

const refusedKeys: readonly Binding[] = [
  { id: 'plan.again', keys: ['r'], does: 'plan again', footer: 'plan again', run: planAgain },
  {
    id: 'card.arm',
    keys: ['A'],
    does: 'arm (asks why)',
    footer: 'arm',
    whyNot: ({ view }) =>
      view.cockpit.arming.readOnly && view.cockpit.arming.armedUntil === undefined
        ? undefined
        : 'nothing has to be armed',
    run: ({ model }) => model.setState({ overlay: { is: 'arm', text: '' } }),
  },
  callsKey,
  closeKey,
];

const backgroundKey: Binding = {
  id: 'card.background',
  keys: ['esc'],
  does: 'put the card away; the run goes on',
  footer: 'background',
  run: ({ commands }) => commands.background(true),
};

const tickKeys: readonly Binding[] = [
  {
    id: 'tick',
    keys: ['enter'],
    does: 'the step is done',
    footer: 'done',
    run: ({ commands }) => commands.tick(true),
  },
  {
    id: 'tick.no',
    keys: ['n'],
    does: 'the step was not done',
    footer: 'not done',
    run: ({ commands }) => commands.tick(false),
  },
  backgroundKey,
];

const endedKeys: readonly Binding[] = [
  {
    id: 'card.undo',
    keys: ['u'],
    does: 'undo it, with its own gates',
    footer: 'undo',
    whyNot: ({ view }) =>
      undoOf(view.cockpit.run) ? undefined : 'this run kept nothing that could be put back',
    run: withRun(({ commands }, run) => {
      if (run.proposal !== undefined) commands.undo(run.proposal.run);
    }),
  },
  {
    id: 'card.runbooks',
    keys: ['R'],
    does: 'runbooks, those that fit first',
    footer: 'runbook',
    run: ({ model }) => model.setState({ overlay: { is: 'runbooks', cursor: 0 } }),
  },
  closeKey,
];

/** The keys of a run's card, by what the run is at. In its cancel window every key cancels. */
export const cardKeys = (run: RunView): readonly Binding[] => {
  const common = [interrupt, suspend];
  switch (run.stage) {
    case 'params':
      return [...(choicesFor(run) === undefined ? valueKeys : choiceKeys), ...common];
    case 'diagnosing':
    case 'planning':
      return [closeKey, ...common];
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
      return [...(run.ticking === undefined ? [backgroundKey] : tickKeys), ...scrollKeys, ...common];
    case 'ended':
      return [...endedKeys, ...scrollKeys, ...common];
  }
};

/** The same by what a card is about, for the page of keys. */
export const cardTables: readonly KeyTable[] = [
  { title: 'The card that asks for a choice', bindings: choiceKeys },
  { title: 'The card that asks for a value', bindings: valueKeys },
  { title: 'The card that asks for a yes', bindings: confirmKeys },
  { title: 'The card of what was refused', bindings: refusedKeys },
  { title: 'The card of a step that is done by hand', bindings: tickKeys },
  { title: 'The card of a run that goes on', bindings: [backgroundKey] },
  { title: 'The card of a run that has ended', bindings: endedKeys },
  { title: 'A card with more lines than there is room for', bindings: scrollKeys },
];
