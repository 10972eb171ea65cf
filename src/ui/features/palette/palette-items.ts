import type { ActStep } from '../../../domain/runbook.ts';
import { themeNames } from '../../../domain/settings.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import { whyNotNow } from '../../keys/binding.ts';
import { actedOn } from '../../keys/mark.ts';
import { openPlace } from '../../keys/places.ts';
import { keyOf } from '../../keys/rebound.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import { allPanes } from '../../panes/index.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { paramsIn } from '../command-line/words.ts';
import { goToEnvironment } from '../environments/environment.ts';
import { busy, byFit, dangerOf, readOnlyNote, whyNotStart } from '../runbooks/actions.ts';
import { actionsOn, proposeOn, type RowAction } from '../runbooks/row-actions.ts';
import { whyNotActing } from '../time-travel/acting.ts';
import { atItem } from '../time-travel/keys.ts';
import type { Item } from './items.ts';

const callOf = (step: ActStep): string => {
  if (step.use === undefined) return `${step.title} (by hand)`;
  const given = Object.entries(step.with ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return `${step.use} ${given.join(' ')}`;
};

/** Why it is offered, or why nobody can tell whether it fits. */
const fitOf = ({ fits, why }: Suggestion): Item['fit'] => {
  if (fits === 'yes') return { is: 'yes', why: `fits now: ${why}` };
  return fits === 'unknown' ? { is: 'unknown', why: `cannot tell: ${why}` } : undefined;
};

const startItem = (
  hand: Hand,
  suggestion: Suggestion,
  suffix: string,
  { params, shown, whyNot: whyNotThese }: Omit<RowAction, 'suggestion'> = { params: {}, shown: [] },
): Item => {
  const { runbook } = suggestion;
  const fit = fitOf(suggestion);
  const danger = dangerOf(suggestion);
  const whyNot = whyNotActing(hand.view) ?? whyNotStart(hand.view.cockpit, runbook) ?? whyNotThese;
  const note = readOnlyNote(hand.view.cockpit, runbook);
  return {
    id: `run ${runbook.id} ${suffix}`,
    // The id is what alerts, NOW and `run` call it: whoever read it there types it here.
    text: suffix === '' ? `${runbook.title} · ${runbook.id}` : `${runbook.title}: ${suffix}`,
    command: `run ${runbook.id}`,
    takes: 'name=value',
    params: runbook.params,
    calls: runbook.act.map(callOf),
    ...(danger === undefined ? {} : { danger }),
    ...(fit === undefined ? {} : { fit }),
    ...(whyNot === undefined ? {} : { whyNot }),
    ...(note === undefined ? {} : { note: 'read-only: it opens, and A on its card arms it' }),
    run: ({ commands }, rest) =>
      proposeOn({ commands }, { suggestion, params: { ...params, ...paramsIn(rest) }, shown }),
  };
};

/** What can be done about the marked rows, or the one under the cursor. */
export const rowItems = (hand: Hand): readonly Item[] => {
  const on = actedOn(hand);
  const subjects = 'whyNot' in on ? [] : on.subjects;
  const marked = subjects.length > 1 ? `${subjects.length} marked, ` : '';
  return actionsOn(hand.view.cockpit, subjects).map((action) => {
    const words = Object.values(action.params).flat().join(' ');
    return startItem(hand, action.suggestion, `${marked}${words}`, action);
  });
};

const runbookItems = (hand: Hand, fitting: boolean): readonly Item[] =>
  byFit(hand.view.cockpit.suggestions)
    .filter(({ fits }) => (fits === 'yes') === fitting)
    .map((suggestion) => startItem(hand, suggestion, ''));

const paneItems = ({ view }: Hand): readonly Item[] => [
  {
    id: 'go overview',
    text: 'overview',
    command: 'overview',
    key: keyOf(view.cockpit, 'overview', '0'),
    run: ({ model }) => openPlace(model, 'overview'),
  },
  ...allPanes().map(
    (pane): Item => ({
      id: `go ${pane.id}`,
      text: `pane ${pane.title}`,
      command: pane.id,
      ...(pane.key === undefined ? {} : { key: keyOf(view.cockpit, `pane.${pane.key}`, pane.key) }),
      run: ({ model }) => openPlace(model, pane.id),
    }),
  ),
];

const environmentItems = ({ view }: Hand): readonly Item[] => {
  const whyNot = busy(view.cockpit);
  return view.cockpit.environments.map(
    ({ system, env, title }): Item => ({
      id: `env ${system}/${env}`,
      text: `environment ${env}: ${title}`,
      command: `env ${system}/${env}`,
      ...(whyNot === undefined ? {} : { whyNot }),
      run: (hand) => goToEnvironment(hand, `${system}/${env}`),
    }),
  );
};

const rehearsalItems = ({ view }: Hand): readonly Item[] => {
  const { open } = view.cockpit;
  if (open?.embedded !== true) return [];
  const going: readonly Item[] = open.incidents.map((incident) => ({
    id: `rehearse ${incident}`,
    text: `rehearse the incident ${incident}`,
    command: `rehearse ${incident}`,
    ...(open.incident === incident ? { whyNot: 'it is going on already' } : blockedInPast({ view })),
    run: ({ commands }: Hand) => commands.rehearse(incident),
  }));
  const heal: Item = {
    id: 'heal',
    text: 'end the rehearsal, heal the embedded world',
    command: 'heal',
    ...(open.incident === undefined ? { whyNot: 'no incident is going on' } : blockedInPast({ view })),
    run: ({ commands }) => commands.rehearse(undefined),
  };
  return [...going, heal];
};

const armItem: Item = {
  id: 'arm reason',
  text: 'arm with a reason',
  command: 'arm',
  takes: 'a reason',
  run: ({ commands, model }, rest) =>
    rest === '' ? model.setState({ overlay: { is: 'arm', text: '', over: noOverlay } }) : commands.arm(rest),
};

/** Tries a theme out until the cockpit ends or config.yaml names another. */
const themeItems = ({ view: { ui, cockpit } }: Hand): readonly Item[] => {
  const own = cockpit.settings.theme;
  const now = ui.theme?.over === own ? ui.theme.name : own;
  return themeNames.map((name) => ({
    id: `theme ${name}`,
    text: `theme ${name}`,
    command: `theme ${name}`,
    ...(now === name ? { whyNot: 'it is the theme already' } : {}),
    run: ({ model, say }: Hand) => {
      model.setState({ theme: { name, over: own } });
      say(`theme ${name}, until opsdeck ends; theme: ${name} in config.yaml keeps it`);
    },
  }));
};

const bindingItem = (hand: Hand, binding: Binding): Item => {
  const whyNot = whyNotNow(hand, binding);
  const [key = ''] = binding.keys;
  return {
    id: binding.id,
    text: binding.does,
    command: binding.id.replaceAll('.', ' '),
    key,
    ...(binding.danger === undefined ? {} : { danger: binding.danger }),
    ...(whyNot === undefined ? {} : { whyNot }),
    run: (now) => binding.run(now),
  };
};

/** What begins a change cannot be run while an earlier moment is looked at. */
const blockedInPast = ({ view }: Pick<Hand, 'view'>): Pick<Item, 'whyNot'> => {
  const whyNot = whyNotActing(view);
  return whyNot === undefined ? {} : { whyNot };
};

/** Everything that can be reached but the rows of the panes: what fits the row first, then what fits what is wrong now. */
export const lightItems = (hand: Hand, bindings: readonly Binding[]): readonly Item[] => [
  ...rowItems(hand),
  ...runbookItems(hand, true),
  ...paneItems(hand),
  ...runbookItems(hand, false),
  ...environmentItems(hand),
  ...rehearsalItems(hand),
  { ...armItem, ...blockedInPast(hand) },
  atItem(hand),
  ...themeItems(hand),
  ...bindings.map((binding) => bindingItem(hand, binding)),
];
