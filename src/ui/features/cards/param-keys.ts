import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, KeyContext, KeyTable } from '../../shell/contract/pane.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { backToPreviewKey, closeCardKey, withCurrentRun } from './common-keys.ts';
import { changeCard, paramChoices, runCardState } from './confirmation.ts';
import { hasChangeableParams } from './param-lines.ts';

/** Opens the field of a parameter of the planned run, or the list of its parameters. A chord where a name is typed. */
export const changeParamKey: Binding = {
  id: 'card.param',
  keys: ['p', 'ctrl-e'],
  description: 'change a parameter. The run is planned again',
  whyNot: ({ view }) => {
    const run = currentRun(view);
    return run === undefined || hasChangeableParams(run)
      ? undefined
      : 'this run has no parameters, so there is nothing to change';
  },
  run: ({ commands }) => commands.changeParam(),
};

const moveChoice = (step: number): Binding['run'] =>
  withCurrentRun((context, run) => {
    const last = Math.max(0, (paramChoices(run)?.length ?? 1) - 1);
    const cursor = Math.max(0, Math.min(last, runCardState(context.view, run).cursor + step));
    changeCard(context, run, { cursor });
  });

const choiceAt = ({ view }: KeyContext, run: RunView): string | undefined =>
  paramChoices(run)?.[runCardState(view, run).cursor];

const giveChoice = withCurrentRun((context, run) => {
  const choice = choiceAt(context, run);
  if (run.parameterPrompt === undefined) return;
  if (choice !== undefined) return context.commands.give(run.parameterPrompt.name, choice);
  if ((paramChoices(run)?.length ?? 0) > 0)
    changeCard(context, run, { error: 'no choice is recommended: select one first' });
});

/** Marks a choice. Exceeding the limit is an error here, so that no mark is dropped later. */
const markChoice = withCurrentRun((context, run) => {
  const choice = choiceAt(context, run);
  const several = run.parameterPrompt?.several;
  if (choice === undefined || several === undefined) return;
  const had = runCardState(context.view, run).marked;
  const marked = had.filter((text) => text !== choice);
  const isMarked = marked.length < had.length;
  if (!isMarked && marked.length >= several.max)
    return changeCard(context, run, { error: `select at most ${several.max}` });
  changeCard(context, run, { marked: isMarked ? marked : [...marked, choice] });
});

/** Marks every choice that needs no reason, or unmarks all if they are marked. More than the limit are an error. */
const markAll = withCurrentRun((context, run) => {
  const { several, doubts = {} } = run.parameterPrompt ?? {};
  if (several === undefined) return;
  const all = (paramChoices(run) ?? []).filter((choice) => doubts[choice] === undefined);
  const { marked } = runCardState(context.view, run);
  if (all.length > several.max)
    return changeCard(context, run, { error: `${all.length} choices. Select at most ${several.max}` });
  changeCard(context, run, { marked: all.every((choice) => marked.includes(choice)) ? [] : all });
});

/** Submits the marked choices, or the one under the cursor if none is marked. */
const giveSeveral = withCurrentRun((context, run) => {
  const { parameterPrompt: asking } = run;
  const choices = paramChoices(run) ?? [];
  const { marked } = runCardState(context.view, run);
  const gone = marked.filter((text) => !choices.includes(text));
  const report = (diagnostic: string) => changeCard(context, run, { error: diagnostic });
  if (asking?.several === undefined) return;
  if (gone.length > 0)
    return changeCard(context, run, {
      marked: marked.filter((text) => choices.includes(text)),
      error: `these choices no longer exist: ${gone.join(', ')}. enter selects the others`,
    });
  const choice = choiceAt(context, run);
  const chosen = marked.length > 0 || choice === undefined ? marked : [choice];
  if (chosen.length < asking.several.min) return report(`select at least ${asking.several.min}`);
  context.commands.give(asking.name, chosen);
});

const giveText = withCurrentRun(({ commands, view }, run) => {
  if (run.parameterPrompt === undefined) return;
  const { name, recommended = '' } = run.parameterPrompt;
  const { text } = runCardState(view, run);
  commands.give(name, text === '' ? recommended : text);
});

/** Reads the choices again: a card without choices must not be a dead end. */
const readChoicesKey: Binding = {
  id: 'choice.read',
  keys: ['r'],
  description: 'read the choices again, after they could not be read',
  whyNot: ({ view }) => {
    const run = currentRun(view);
    return run?.proposal === undefined && run?.parameterPrompt?.problem !== undefined
      ? undefined
      : 'the choices are already there';
  },
  run: ({ commands }) => commands.readChoices(),
};

/** Keys of the choice card. */
const choiceKeys: readonly Binding[] = [
  { id: 'choice.down', keys: ['j', 'down'], description: 'move to the next choice', run: moveChoice(1) },
  { id: 'choice.up', keys: ['k', 'up'], description: 'move to the previous choice', run: moveChoice(-1) },
  {
    id: 'choice.take',
    keys: ['enter'],
    description: 'select this choice',
    footer: 'select',
    run: giveChoice,
  },
  readChoicesKey,
  closeCardKey,
];

/** Keys of the multiple choice card. */
const severalKeys: readonly Binding[] = [
  ...choiceKeys.filter(({ id }) => id === 'choice.down' || id === 'choice.up'),
  {
    id: 'choice.mark',
    keys: ['space', 'm'],
    description: 'mark or unmark this choice',
    footer: 'mark',
    run: markChoice,
  },
  { id: 'choice.mark-all', keys: ['a'], description: 'mark or unmark all choices', run: markAll },
  {
    id: 'choice.take-marked',
    keys: ['enter'],
    description: 'select the marked choices',
    footer: 'select',
    run: giveSeveral,
  },
  readChoicesKey,
  closeCardKey,
];

/** Keys of the value card. */
const valueKeys: readonly Binding[] = [
  { id: 'value.give', keys: ['enter'], description: 'accept this value', footer: 'accept', run: giveText },
  closeCardKey,
];

const changedKeys = (keys: readonly Binding[]): readonly Binding[] =>
  keys.map((key) => (key === closeCardKey ? backToPreviewKey : key));

/** Returns the keys of the card that asks for a parameter, or for another value of one. */
export const paramKeys = (run: RunView): readonly Binding[] => {
  const several = run.parameterPrompt?.several !== undefined;
  const keys = paramChoices(run) === undefined ? valueKeys : several ? severalKeys : choiceKeys;
  return run.proposal === undefined ? keys : changedKeys(keys);
};

/** The same keys by kind of card, for docs/keys.md. */
export const paramKeyTables: readonly KeyTable[] = [
  { title: 'Choice card', bindings: choiceKeys },
  { title: 'Multiple choice card', bindings: severalKeys },
  { title: 'Value card', bindings: valueKeys },
  { title: 'Change of a parameter', bindings: changedKeys(valueKeys) },
];
